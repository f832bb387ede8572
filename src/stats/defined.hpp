#pragma once

#include <expected>
#include <string_view>

namespace assay::stats {

// Why a figure does not exist for this input: a phrase with static storage, such as "all weights
// are zero". Reports print it beside a null.
struct Undefined {
  std::string_view reason;
  friend bool operator==(Undefined, Undefined) = default;
};

// A figure, or the reason why there is none. No NaN ever stands for an undefined figure, and one
// that nobody computed is undefined, not 0.
class Figure : public std::expected<double, Undefined> {
 public:
  using expected::expected;
  Figure() : expected(std::unexpect, Undefined{"not computed"}) {}
};

[[nodiscard]] inline std::unexpected<Undefined> undefined(std::string_view reason) {
  return std::unexpected(Undefined{reason});
}

// `value` when it is finite, else the reason.
[[nodiscard]] Figure finite_or(double value, std::string_view reason);

}  // namespace assay::stats
