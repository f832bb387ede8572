#pragma once

#include "core/json_text.hpp"
#include "estimate/estimate.hpp"
#include "report/context.hpp"

#include <string>

namespace assay::report {

// The findings as one JSON object with a newline at its end. `closed_form` has the names of the
// arena reference file. An undefined figure is null and, beside it, `<name>_undefined` says why; an
// infinite tail index is the string "Infinity". A refused estimate is null unless shown on request.
[[nodiscard]] std::string to_json(const estimate::Findings& findings, const Context& context);

// The closed forms alone.
void append_closed_form(JsonWriter& json, const estimate::Findings& findings);

}  // namespace assay::report
