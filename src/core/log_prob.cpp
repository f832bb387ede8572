#include "assay/log_prob.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace assay {

namespace {

// As from_nats has it, without the words.
bool is_log_prob(double nats) {
  return nats >= std::numeric_limits<double>::lowest() && nats <= log_prob_slack_nats;
}

}  // namespace

std::expected<LogProb, std::string> LogProb::from_nats(double nats) {
  if (!std::isfinite(nats)) return std::unexpected(fmt::format("{} is not finite", nats));
  if (nats > log_prob_slack_nats) return std::unexpected(fmt::format("{} is above zero", nats));
  return LogProb{nats};
}

std::expected<LogProb, std::string> LogProb::sum(std::span<const double> token_nats) {
  if (token_nats.empty()) return std::unexpected(std::string{"no token to sum"});
  double total = 0.0;
  double lost = 0.0;  // what rounding took away so far; Neumaier 1974
  for (std::size_t index = 0; index < token_nats.size(); ++index) {
    const double term = token_nats[index];
    if (!is_log_prob(term)) [[unlikely]] {
      return std::unexpected(fmt::format("token {}: {}", index, from_nats(term).error()));
    }
    const double next = total + term;
    lost += std::abs(total) >= std::abs(term) ? (total - next) + term : (term - next) + total;
    total = next;
  }
  return from_nats(total + lost);
}

}  // namespace assay
