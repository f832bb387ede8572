#include "core/secret.hpp"

#include "core/json_text.hpp"

#include <blake2.h>
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <vector>

namespace assay {
namespace {

void wipe(std::string* text) {
  explicit_bzero(text->data(), text->size());
  delete text;
}

enum class HexCase { upper, lower };

std::string url_encoded(std::string_view text, HexCase hex_case) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved) {
      out += c;
    } else {
      out +=
          hex_case == HexCase::upper ? fmt::format("%{:02X}", byte) : fmt::format("%{:02x}", byte);
    }
  }
  return out;
}

std::string base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) out += digits[(bits >> (held -= 6)) & 63];
  }
  if (held > 0) out += digits[(bits << (6 - held)) & 63];
  return out;  // without '=': the padding is not secret and may be absent
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Secret::Secret(std::string text)
    : text_(new std::string(text),
            [](const std::string* held) { wipe(const_cast<std::string*>(held)); }) {
  explicit_bzero(text.data(), text.size());
}

std::string_view Secret::reveal() const {
  return text_ ? std::string_view(*text_) : std::string_view();
}

std::string Secret::fingerprint() const {
  constexpr std::string_view purpose = "assay-key-fingerprint";
  std::array<std::uint8_t, 4> digest{};
  const std::string_view text = reveal();
  blake2b(digest.data(), text.data(), purpose.data(), digest.size(), text.size(), purpose.size());
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
}

std::string redact(std::string_view text, const Secret& secret) {
  std::string out(text);
  if (secret.empty()) return out;
  const std::string_view key = secret.reveal();
  std::string json;
  append_json_string(json, key);
  const std::string_view json_inner = std::string_view(json).substr(1, json.size() - 2);
  const std::string plain(key);
  for (const std::string& form : {plain,
                                  std::string(json_inner),
                                  url_encoded(key, HexCase::upper),
                                  url_encoded(key, HexCase::lower),
                                  base64(key)}) {
    replace_all(out, form, "[key]");
  }
  return out;
}

}  // namespace assay
