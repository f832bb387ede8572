#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::doctor {

enum class Verdict : std::uint8_t {
  pass,
  fail,
  not_applicable,  // the endpoint has no such thing, or refuses to be asked
  inconclusive,    // it was asked, and the answers do not decide
};
[[nodiscard]] std::string_view name_of(Verdict verdict);  // "pass", "FAIL", "n/a", "unclear"

// What became of one property.
struct Finding {
  Verdict verdict = Verdict::inconclusive;
  // How likely answers at least as different are by noise alone; absent: the verdict is exact.
  std::optional<double> p_value;
  std::string evidence;  // one line: how much was compared, the worst case seen
};

}  // namespace assay::doctor
