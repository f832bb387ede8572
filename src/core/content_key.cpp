#include "assay/content_key.hpp"

#include "assay/ensure.hpp"

#include <blake2.h>

#include <cstring>

namespace assay {
namespace {

constexpr std::array<std::string_view, 5> purpose_names{
    "score", "generate", "judge", "canary", "probe"};

// BLAKE2b-128 with a personal string, so that digests of one kind never equal those of another.
class Digest {
 public:
  explicit Digest(std::string_view personal) {
    blake2b_param param{};
    param.digest_length = 16;
    param.fanout = 1;
    param.depth = 1;
    ensure(personal.size() <= sizeof param.personal, "a personal string has at most 16 bytes");
    std::memcpy(param.personal, personal.data(), personal.size());
    ensure(blake2b_init_param(&state_, &param) == 0, "BLAKE2b starts");
  }

  void bytes(std::string_view text) {
    blake2b_update(&state_, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }

  // Little-endian, so that a key is the same on every machine.
  void number(std::uint64_t value) {
    std::array<std::uint8_t, 8> raw{};
    for (std::size_t i = 0; i < raw.size(); ++i)
      raw[i] = static_cast<std::uint8_t>(value >> (8 * i));
    blake2b_update(&state_, raw.data(), raw.size());
  }

  // The length goes first: ("ab", "c") and ("a", "bc") differ.
  void field(std::string_view text) {
    number(text.size());
    bytes(text);
  }

  ContentKey finish() {
    ContentKey key;
    blake2b_final(&state_, key.bytes.data(), key.bytes.size());
    return key;
  }

 private:
  blake2b_state state_;
};

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

std::string to_hex(const ContentKey& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * key.bytes.size());
  for (const std::uint8_t byte : key.bytes) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

std::optional<ContentKey> content_key_of(std::string_view hex) {
  ContentKey key;
  if (hex.size() != 2 * key.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < key.bytes.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return key;
}

std::string_view name_of(EndOfTurn end_of_turn) {
  return end_of_turn == EndOfTurn::scored ? "scored" : "left_out";
}

std::string_view name_of(Purpose purpose) {
  return purpose_names[static_cast<std::size_t>(purpose)];
}

std::optional<Purpose> purpose_of(std::string_view name) {
  for (std::size_t i = 0; i < purpose_names.size(); ++i) {
    if (purpose_names[i] == name) return static_cast<Purpose>(i);
  }
  return std::nullopt;
}

ContentKey content_key(const Policy& policy, const Sample& sample, Method method, Purpose purpose) {
  Digest digest("assay-key-1");
  digest.field(policy.weights);
  digest.field(policy.template_name);
  digest.field(policy.system_prompt);
  digest.number(sample.messages.size());
  if (sample.messages.empty()) digest.field(sample.prompt);
  for (const Message& message : sample.messages) {
    digest.field(message.role);
    digest.field(message.content);
  }
  digest.field(sample.response);
  digest.field(name_of(method));
  digest.field(name_of(purpose));
  digest.number(policy.replicate);
  // Only where there is more to tell, so that keys of plain policies stay what they were.
  const bool is_plain = policy.date.empty() && policy.template_digest.empty() &&
                        policy.end_of_turn == EndOfTurn::left_out;
  if (is_plain) return digest.finish();
  digest.field(policy.date);
  digest.field(policy.template_digest);
  digest.field(name_of(policy.end_of_turn));
  digest.field(policy.end_of_turn == EndOfTurn::scored ? sample.finish_reason : "");
  return digest.finish();
}

ContentKey digest_of(std::string_view bytes) {
  Digest digest("assay-bytes-1");
  digest.bytes(bytes);
  return digest.finish();
}

}  // namespace assay
