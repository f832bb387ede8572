#include "pace/binding.hpp"

#include <string_view>

namespace assay::pace {
namespace {

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string_view name_of(Binding::Kind kind) {
  switch (kind) {
    case Binding::Kind::none:
      return "nothing";
    case Binding::Kind::requests_per_minute:
      return "RPM";
    case Binding::Kind::requests_per_day:
      return "requests per day";
    case Binding::Kind::tokens_per_minute:
      return "TPM";
    case Binding::Kind::input_tokens_per_minute:
      return "input TPM";
    case Binding::Kind::output_tokens_per_minute:
      return "output TPM";
    case Binding::Kind::input_tokens_per_second:
      return "input tokens per second";
    case Binding::Kind::concurrency:
      return "concurrency";
    case Binding::Kind::cooldown:
      return "cool-down";
    case Binding::Kind::outage:
      return "outage";
    case Binding::Kind::retry_budget:
      return "retry budget";
    case Binding::Kind::shut:
      return "endpoint shut";
    case Binding::Kind::budget:
      return "budget";
    case Binding::Kind::journal:
      return "journal";
  }
  return "nothing";
}

}  // namespace

std::string to_text(const Binding& binding) {
  std::string text(name_of(binding.kind));
  if (binding.limit > 0) text += " " + with_commas(binding.limit);
  if (binding.source != Source::none) {
    text += ", ";
    text += name_of(binding.source);
  }
  return text;
}

}  // namespace assay::pace
