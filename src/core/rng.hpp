#pragma once

#include <cstdint>
#include <limits>

namespace assay {

// Random bits from a seed: the same seed gives the same run on every machine. Not for secrets.
// Source: xoshiro256** (Blackman & Vigna 2018), seeded by SplitMix64.
class Rng {
 public:
  using result_type = std::uint64_t;

  explicit Rng(std::uint64_t seed);

  result_type operator()();
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  // Uniform on [0, 1), a multiple of 2^-53.
  [[nodiscard]] double uniform();
  // Uniform on [0, bound), without bias; bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
  // A generator independent of this one, for another purpose.
  [[nodiscard]] Rng split();

 private:
  std::uint64_t state_[4];
};

}  // namespace assay
