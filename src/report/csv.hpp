#pragma once

#include "estimate/estimate.hpp"

#include <string>
#include <string_view>

namespace assay::report {

// One line per estimate after a header line:
// policy,method,reward,rows,n,status,estimate,se,ci_low,ci_high,df,error_by,recommended,
// compatibility,reasons,remarks.
// RFC 4180: LF line ends, quotes doubled. An undefined or refused figure is an empty field. Text
// that a spreadsheet would run as a formula gets a leading apostrophe.
[[nodiscard]] std::string to_csv(const estimate::Findings& findings, bool show_refused);

// One field, quoted where it must be.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace assay::report
