#include "teacher/latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

namespace assay::teacher {

namespace {

constexpr Duration latency_max = std::chrono::minutes(10);

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0))
    return std::nullopt;
  return value;
}

std::optional<Duration> duration_of(std::string_view text) {
  struct Unit {
    std::string_view name;
    double nanos;
  };
  if (text == "0") return Duration{};
  for (const auto& unit : {Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}, Unit{"m", 60e9}}) {
    if (!text.ends_with(unit.name)) continue;
    const auto number = number_of(text.substr(0, text.size() - unit.name.size()));
    if (number && *number * unit.nanos < 1e18) return Duration{std::llround(*number * unit.nanos)};
  }
  return std::nullopt;
}

std::optional<Latency> latency_of(std::string_view text) {
  constexpr std::string_view lognormal = "lognormal:";
  if (text.starts_with(lognormal)) {
    text.remove_prefix(lognormal.size());
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto median = duration_of(text.substr(0, colon));
    const auto sigma = number_of(text.substr(colon + 1));
    if (!median || !sigma || *sigma > 5) return std::nullopt;
    return Latency{Latency::Shape::lognormal, *median, {}, *sigma};
  }
  const auto sign = text.find("+-");
  const auto middle = duration_of(text.substr(0, sign));
  if (!middle) return std::nullopt;
  if (sign == std::string_view::npos) return Latency{Latency::Shape::constant, *middle, {}, 0};
  const auto spread = duration_of(text.substr(sign + 2));
  if (!spread || *spread > *middle) return std::nullopt;
  return Latency{Latency::Shape::uniform, *middle, *spread, 0};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (const auto duration = duration_of(text)) return *duration;
  return fail(Errc::usage,
              fmt::format("'{}' is not a duration; write 250us, 20ms, 1.5s or 2m", text));
}

Result<Latency> parse_latency(std::string_view text) {
  if (const auto latency = latency_of(text)) return *latency;
  return fail(
      Errc::usage,
      fmt::format("'{}' is not a latency; write 100ms, 100ms+-50ms or lognormal:100ms:0.5", text));
}

Duration draw(const Latency& latency, Rng& rng) {
  const auto middle = static_cast<double>(latency.middle.count());
  double nanos = middle;
  if (latency.shape == Latency::Shape::uniform) {
    nanos += (2 * rng.uniform() - 1) * static_cast<double>(latency.spread.count());
  } else if (latency.shape == Latency::Shape::lognormal) {
    const auto radius = std::sqrt(-2 * std::log(1 - rng.uniform()));  // Box and Muller
    const auto normal = radius * std::cos(2 * std::numbers::pi * rng.uniform());
    nanos *= std::exp(latency.sigma * normal);
  }
  return Duration{std::llround(std::clamp(nanos, 0.0, static_cast<double>(latency_max.count())))};
}

}  // namespace assay::teacher
