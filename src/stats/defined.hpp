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
//
// The constructors are written out: with inherited ones g++ 12.2 lets the default one make a value.
class Figure : public std::expected<double, Undefined> {
 public:
  Figure() : expected(std::unexpect, Undefined{"not computed"}) {}
  Figure(double value) : expected(value) {}  // NOLINT(google-explicit-constructor): is a figure
  Figure(std::unexpected<Undefined> why) : expected(why) {}  // NOLINT(google-explicit-constructor)
};

[[nodiscard]] inline std::unexpected<Undefined> undefined(std::string_view reason) {
  return std::unexpected(Undefined{reason});
}

// `value` when it is finite, else the reason.
[[nodiscard]] Figure finite_or(double value, std::string_view reason);

}  // namespace assay::stats
