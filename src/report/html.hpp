#pragma once

#include "estimate/estimate.hpp"
#include "report/context.hpp"

#include <string>
#include <string_view>

namespace assay::report {

// The findings as one self-contained page: style and pictures inline, no script, no remote
// resource, and a content security policy that forbids both. Reads in light and dark, on a phone,
// and on paper. Every text from the data is escaped.
[[nodiscard]] std::string to_html(const estimate::Findings& findings, const Context& context);

// `text` as it may stand in element content or a quoted attribute; control characters made visible.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace assay::report
