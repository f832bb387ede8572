#pragma once

#include "core/json_text.hpp"
#include "estimate/estimate.hpp"
#include "report/context.hpp"

#include <string>

namespace assay::report {

// The findings as one JSON object with a newline at its end, as configs/estimate.schema.json says.
// `estimates` and `recommendations` are gated: a refused one is null unless shown on request.
// `closed_form`, `cje_cases` and `calibration` have the names of the arena reference file; they are
// the figures of other tools, for comparison, and no gate stands before them. An undefined figure
// is null and, beside it, `<name>_undefined` says why; an infinite tail index is "Infinity".
[[nodiscard]] std::string to_json(const estimate::Findings& findings, const Context& context);

// The closed forms alone.
void append_closed_form(JsonWriter& json, const estimate::Findings& findings);

}  // namespace assay::report
