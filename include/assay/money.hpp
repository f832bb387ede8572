#pragma once

#include "assay/result.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

// A count of a model's tokens.
struct TokenCount {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(TokenCount, TokenCount) = default;
  friend constexpr TokenCount operator+(TokenCount a, TokenCount b) { return {a.value + b.value}; }
  friend constexpr TokenCount operator-(TokenCount a, TokenCount b) { return {a.value - b.value}; }
  constexpr TokenCount& operator+=(TokenCount b) { return value += b.value, *this; }
  constexpr TokenCount& operator-=(TokenCount b) { return value -= b.value, *this; }
};

// Money in integer billionths of a US dollar. Sums are exact; an overflow (beyond 9.2 billion
// dollars) is a bug.
class NanoUsd {
 public:
  constexpr NanoUsd() = default;
  constexpr explicit NanoUsd(std::int64_t nanos) : nanos_(nanos) {}

  [[nodiscard]] constexpr std::int64_t nanos() const { return nanos_; }
  friend constexpr auto operator<=>(NanoUsd, NanoUsd) = default;
  friend NanoUsd operator+(NanoUsd a, NanoUsd b);
  friend NanoUsd operator-(NanoUsd a, NanoUsd b);
  NanoUsd& operator+=(NanoUsd b) { return *this = *this + b; }
  NanoUsd& operator-=(NanoUsd b) { return *this = *this - b; }

 private:
  std::int64_t nanos_ = 0;
};

// Prices in nano-dollars per million tokens: 0.20 USD per million is 200,000,000.
struct Price {
  std::int64_t input_nanousd_per_million = 0;
  std::int64_t output_nanousd_per_million = 0;
  friend constexpr bool operator==(const Price&, const Price&) = default;
};

// What these tokens cost, each part rounded up, in 128-bit arithmetic.
[[nodiscard]] NanoUsd cost_of(const Price& price, TokenCount input, TokenCount output);

// "0.20" or "$25" to nano-dollars, exactly; at most nine decimals, not negative, at most a billion
// dollars.
[[nodiscard]] Result<NanoUsd> parse_usd(std::string_view text);

// "$3.12", "$0.0043": as many decimals as the amount needs, at least two, rounded to four below a
// dollar's cent.
[[nodiscard]] std::string to_text(NanoUsd amount);

}  // namespace assay
