#pragma once

#include "estimate/closed_form.hpp"
#include "estimate/compat.hpp"
#include "estimate/direct_bootstrap.hpp"
#include "estimate/gate.hpp"
#include "estimate/labelled.hpp"
#include "estimate/line.hpp"
#include "estimate/stabilised_ips.hpp"
#include "estimate/weighted.hpp"

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::estimate {

using LabelledResult = std::expected<LabelledEstimate, std::string_view>;

// What is known of one policy when its lines are drawn up.
struct LineInput {
  const PolicyView* view = nullptr;
  const GateVerdict* gate = nullptr;           // on the weights
  const GateVerdict* direct_gate = nullptr;    // on the calibration
  const DirectBootstrap* bootstrap = nullptr;  // may be absent
  bool calibrated = false;                     // there is a calibration: labels set the scale
  std::string flat = {};                       // why the calibration tells nothing; empty: it does
  std::string one_class = {};                  // why the logged labels do not; empty: they do
  LabelledResult difference = std::unexpected("not computed");
  LabelledResult label_dr = std::unexpected("not computed");
  std::optional<WeightedEstimate> snips_label = {};
  std::optional<WeightedEstimate> snips_calibrated = {};
  std::optional<WeightedEstimate> snips_judge = {};
  const StabilisedIps* stabilised = nullptr;
  std::span<const CompatCase> compat = {};
};

// An error of this much or less is none.
inline constexpr double rounding = 1e-12;

// The recommended methods first, those kept for comparison last. A line without an error, or whose
// error is nothing but rounding, is refused: it would claim to know the value exactly.
void append_lines(std::vector<Line>& lines, const LineInput& input);

}  // namespace assay::estimate
