#include "doctor/canary.hpp"

#include "assay/ensure.hpp"
#include "doctor/noise.hpp"
#include "stats/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::doctor {
namespace {

constexpr double false_drift_rate = 1e-6;

std::vector<Sample> make_samples() {
  const auto one = [](std::string id, std::string prompt, std::string response) {
    Sample sample;
    sample.id = std::move(id);
    sample.source = "canary";
    sample.prompt = std::move(prompt);
    sample.response = std::move(response);
    return sample;
  };
  return {
      one("canary-1",
          "The canary in the mine sings as long as the air is good.\n",
          "When it falls silent, everybody leaves the mine at once and counts the lamps."),
      one("canary-2",
          "List three things that a ship needs before it leaves the harbour.\n",
          "Water and bread for the crew, a chart of the coast, and a tide that turns in time.")};
}

}  // namespace

std::span<const Sample> canary_samples() {
  static const std::vector<Sample> samples = make_samples();
  return samples;
}

double CanaryTolerance::nats(double tokens) const {
  const double printing = exact_tolerance_nats * std::max(1.0, tokens);
  if (variance_per_token <= 0 || degrees_of_freedom < 1) return printing;
  const double sd = std::sqrt(2.0 * variance_per_token * tokens);
  return std::max(printing,
                  sd * stats::student_quantile(1.0 - false_drift_rate / 2, degrees_of_freedom));
}

CanaryTolerance tolerance_of(const Capability& capability) {
  return {.variance_per_token = capability.variance_per_token,
          .degrees_of_freedom = capability.degrees_of_freedom};
}

std::optional<std::string> CanaryWatch::see(std::size_t index, double nats, std::int64_t tokens) {
  ensure(index < first_.size(), "a canary is one of the samples");
  std::optional<Value>& first = first_[index];
  if (!first) {
    first = Value{nats, tokens};
    return std::nullopt;
  }
  const double moved = nats - first->nats;
  const double allowed = tolerance_.nats(static_cast<double>(first->tokens));
  if (tokens == first->tokens && std::abs(moved) <= allowed) return std::nullopt;
  return fmt::format(
      "{} was {:.6f} nats over {} tokens and is now {:.6f} over {} (allowed: {:.2g})",
      canary_samples()[index].id,
      first->nats,
      first->tokens,
      nats,
      tokens,
      allowed);
}

}  // namespace assay::doctor
