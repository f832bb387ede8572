#pragma once

#include <expected>
#include <span>
#include <string>

namespace assay {

// Rounding on a server may leave a certain token a hair above probability one. Up to here a value
// is kept as it is and flagged on its certificate; beyond, it is no log-probability. Source:
// design.md, section 3.
inline constexpr double log_prob_slack_nats = 1e-6;

// A log-probability in nats: finite and at most log_prob_slack_nats. There is no default value and
// no way to make one from an absent or failed measurement: every path into this type goes through
// the check below.
class LogProb {
 public:
  // Errors: a sentence that says why `nats` is not a log-probability.
  [[nodiscard]] static std::expected<LogProb, std::string> from_nats(double nats);

  // The log-probability of a sequence from those of its tokens, in compensated (Neumaier)
  // summation. Errors: an empty span, or the place and reason of the first entry that is not a
  // log-probability.
  [[nodiscard]] static std::expected<LogProb, std::string> sum(std::span<const double> token_nats);

  [[nodiscard]] double nats() const { return nats_; }
  friend bool operator==(LogProb, LogProb) = default;

 private:
  explicit LogProb(double nats) : nats_(nats) {}
  double nats_;
};

}  // namespace assay
