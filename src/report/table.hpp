#pragma once

#include "estimate/estimate.hpp"
#include "report/context.hpp"

#include <string>

namespace assay::report {

enum class Colour { plain, ansi };  // the caller knows the terminal, NO_COLOR and --color

// The findings for a terminal, at most 100 columns wide where names allow it: estimates by policy,
// the health of the weights, what is missing, warnings.
[[nodiscard]] std::string to_table(const estimate::Findings& findings,
                                   const Context& context,
                                   Colour colour);

}  // namespace assay::report
