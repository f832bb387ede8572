#include "config/key_shape.hpp"

#include <algorithm>
#include <array>

namespace assay::config {
namespace {

// Prefixes that providers and key scanners publish.
constexpr std::array<std::string_view, 14> prefixes = {"sk-",
                                                       "sk_",
                                                       "fw_",
                                                       "tgp_",
                                                       "AIza",
                                                       "hf_",
                                                       "gsk_",
                                                       "xai-",
                                                       "pplx-",
                                                       "r8_",
                                                       "ghp_",
                                                       "glpat-",
                                                       "nvapi-",
                                                       "AKIA"};

constexpr std::size_t token_bytes_min = 16;  // no provider's key is shorter

bool is_token_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_';
}

// A long token with a digit in it: a model's name such as "sk-learn-compatible-model" has none.
bool is_token(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_token_byte);
  const std::string_view token(text.begin(), end);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return token.size() >= token_bytes_min && std::ranges::any_of(token, is_digit);
}

bool holds(std::string_view text, std::string_view prefix) {
  for (std::size_t at = text.find(prefix); at != std::string_view::npos;
       at = text.find(prefix, at + 1)) {
    const bool starts_word = at == 0 || !is_token_byte(text[at - 1]);
    if (starts_word && is_token(text.substr(at + prefix.size()))) return true;
  }
  return false;
}

}  // namespace

bool looks_like_key(std::string_view text) {
  if (holds(text, "Bearer ") || holds(text, "bearer ")) return true;
  return std::ranges::any_of(prefixes,
                             [text](std::string_view prefix) { return holds(text, prefix); });
}

}  // namespace assay::config
