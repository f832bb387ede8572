#pragma once

#include "assay/result.hpp"
#include "assay/time.hpp"
#include "core/rng.hpp"

#include <cstdint>
#include <string_view>

namespace assay::teacher {

// How long the teacher thinks before it answers.
struct Latency {
  enum class Shape : std::uint8_t { constant, uniform, lognormal };
  Shape shape = Shape::constant;
  Duration middle{};  // the constant, the middle of the range, or the median
  Duration spread{};  // half of the range
  double sigma = 0;   // of the logarithm
};

// "0", "100ms", "100ms+-50ms", "lognormal:100ms:0.5"; units us, ms, s.
// Errors: Errc::usage.
[[nodiscard]] Result<Latency> parse_latency(std::string_view text);

// "250us", "20ms", "1.5s", "2m". Errors: Errc::usage.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

// Never negative, at most ten minutes.
[[nodiscard]] Duration draw(const Latency& latency, Rng& rng);

}  // namespace assay::teacher
