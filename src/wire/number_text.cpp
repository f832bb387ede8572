#include "wire/number_text.hpp"

#include <charconv>

namespace assay::wire {

// The grammar of the library is wider than JSON's: the caller has seen that it begins as a number.
const char* read_any_number(const char* at, double& value) {
  constexpr std::ptrdiff_t length_max =
      48;  // more than a server sensibly writes, less than the padding
  const auto belongs = [](char c) {
    return number_text::is_digit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
  };
  const char* end = at;
  while (end - at < length_max && belongs(*end)) ++end;
  if (end - at == length_max) return nullptr;
  const auto [stop, error] = std::from_chars(at, end, value);
  return error == std::errc{} && stop == end && number_text::is_digit(end[-1]) ? end : nullptr;
}

}  // namespace assay::wire
