#include "doctor/variation.hpp"

#include <fmt/format.h>

#include <array>
#include <initializer_list>

namespace assay::doctor {
namespace {

// Replaces the value of the first of these fields that the body has. A value is a number or a
// literal: it ends at a comma or a bracket.
bool set(std::string& body,
         std::initializer_list<std::string_view> fields,
         std::string_view value) {
  for (const std::string_view field : fields) {
    const std::string key = fmt::format("\"{}\":", field);
    const std::size_t at = body.find(key);
    if (at == std::string::npos) continue;
    const std::size_t begin = at + key.size();
    const std::size_t end = body.find_first_of(",}]", begin);
    if (end == std::string::npos) return false;
    body.replace(begin, end - begin, value);
    return true;
  }
  return false;
}

}  // namespace

bool vary(std::string& body, const Variation& variation) {
  if (variation.max_tokens && !set(body,
                                   {"max_tokens", "max_new_tokens", "n_predict"},
                                   fmt::format("{}", *variation.max_tokens)))
    return false;
  if (variation.top_k && !set(body,
                              {"logprobs", "prompt_logprobs", "top_logprobs_num", "n_probs"},
                              fmt::format("{}", *variation.top_k)))
    return false;
  if (!variation.temperature.empty() && !set(body, {"temperature"}, variation.temperature))
    return false;
  if (!variation.top_p.empty() && !set(body, {"top_p"}, variation.top_p)) return false;
  return !variation.streamed || set(body, {"stream"}, "true");
}

std::string name_of(const Variation& variation) {
  std::string name;
  const auto add = [&name](std::string_view what, std::string_view value) {
    name += fmt::format("{}{} {}", name.empty() ? "" : ", ", what, value);
  };
  if (variation.max_tokens) add("max_tokens", fmt::format("{}", *variation.max_tokens));
  if (variation.top_k) add("logprobs", fmt::format("{}", *variation.top_k));
  if (!variation.temperature.empty()) add("temperature", variation.temperature);
  if (!variation.top_p.empty()) add("top_p", variation.top_p);
  if (variation.streamed) add("stream", "true");
  return name;
}

}  // namespace assay::doctor
