#pragma once

// Pairs of answers whose values must be equal, against the noise floor.

#include "doctor/exchange.hpp"
#include "doctor/finding.hpp"
#include "doctor/noise.hpp"
#include "doctor/sight.hpp"

#include <string>
#include <string_view>

namespace assay::doctor {

// How far two sights must be cut alike.
enum class Cuts : std::uint8_t {
  same,       // the same text: other tokens are a difference
  beginning,  // one text goes on behind the other: tokens may differ where it does
  all_of_a,   // every token of `a` must be one of `b`; else the pair says nothing
};

class Comparison {
 public:
  explicit Comparison(const Noise& noise) : noise_(noise) {}

  // `what` names the pair for people. An unusable `a` says nothing; an unusable `b` beside a usable
  // `a` disproves.
  void add(std::string_view what, const Sight& a, const Sight& b, Cuts cuts = Cuts::same);
  // The same for an answer that may have been refused; a refusal says nothing.
  void add(std::string_view what, const Sight& a, const Seen& b, Cuts cuts = Cuts::same);

  // Exact where answers repeat exactly; else with a p-value over all pairs, whose verdict is left
  // to judge_together.
  [[nodiscard]] Finding finding() const;

 private:
  const Noise& noise_;
  std::size_t pairs_ = 0;
  std::size_t tokens_ = 0;
  std::size_t refused_ = 0;
  double worst_ = 0;
  std::string worst_what_;
  double p_min_ = 1;
  std::string broken_;   // the first pair that disproves by itself
  std::string refusal_;  // the first
};

// Which of these p-values are too small when all are looked at together: Holm's step-down, with the
// chance of any false alarm at most `alpha`. Findings without a p-value stay as they are.
inline constexpr double false_alarm_rate = 0.001;
void judge_together(std::span<Finding* const> findings, double alpha = false_alarm_rate);

}  // namespace assay::doctor
