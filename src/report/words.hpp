#pragma once

// How figures and lines are put into words, the same in every form of the report.

#include "estimate/estimate.hpp"
#include "stats/interval.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::report {

// "SNIPS, calibrated reward"; "direct, judge score"; "difference, labelled draws".
[[nodiscard]] std::string title_of(const estimate::Line& line);

// Four decimals from 0.001 to 10,000, else two significant digits in exponent form; "-" when
// undefined.
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::string figure_text(const estimate::Figure& figure);
[[nodiscard]] std::string interval_text(const std::optional<stats::Interval>& interval);
[[nodiscard]] std::string percent_text(double share);     // "21.1 %"
[[nodiscard]] std::string count_text(std::size_t count);  // "1,000"

// A name from the data, fit for one line of a terminal.
[[nodiscard]] std::string name_text(std::string_view name, std::size_t width_max);

}  // namespace assay::report
