#pragma once

// Canaries: a few fixed samples that are scored at the start of a run, during it and at its end. A
// value that moves by more than the noise floor says that another model answers now.

#include "assay/sample.hpp"
#include "doctor/capability.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::doctor {

// The same for ever: a changed text would be a new canary.
[[nodiscard]] std::span<const Sample> canary_samples();

// How far a canary of so many tokens may move, in nats. With a certificate, what noise exceeds once
// in a million times; without noise, or without a certificate, the digits that printing leaves
// open (exact_tolerance_nats per token).
struct CanaryTolerance {
  double variance_per_token = 0;  // nats^2
  double degrees_of_freedom = 0;
  [[nodiscard]] double nats(double tokens) const;
};
[[nodiscard]] CanaryTolerance tolerance_of(const Capability& capability);

// Holds the later values of one policy's canaries against its first ones.
class CanaryWatch {
 public:
  explicit CanaryWatch(CanaryTolerance tolerance)
      : tolerance_(tolerance), first_(canary_samples().size()) {}

  // The value of canary `index`. A sentence when it has moved too far from the first one seen.
  [[nodiscard]] std::optional<std::string> see(std::size_t index, double nats, std::int64_t tokens);

 private:
  struct Value {
    double nats;
    std::int64_t tokens;
  };
  CanaryTolerance tolerance_;
  std::vector<std::optional<Value>> first_;
};

}  // namespace assay::doctor
