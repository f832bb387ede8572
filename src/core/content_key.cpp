#include "assay/content_key.hpp"

#include "assay/ensure.hpp"
#include "core/blake2b.hpp"
#include "core/key_batch.hpp"

#include <bit>
#include <utility>

namespace assay {
namespace {

constexpr std::array<std::string_view, 5> purpose_names{
    "score", "generate", "judge", "canary", "probe"};

constexpr std::string_view personal_of_keys = "assay-key-1";

// What a key is a digest of, field by field.
class KeyText {
 public:
  explicit KeyText(std::string& out) : out_(out) { out_.clear(); }

  // Little-endian, so that a key is the same on every machine.
  void number(std::uint64_t value) {
    static_assert(std::endian::native == std::endian::little);
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  // The length goes first: ("ab", "c") and ("a", "bc") differ.
  void field(std::string_view text) {
    number(text.size());
    out_ += text;
  }

 private:
  std::string& out_;
};

// Whatever is taken from the sample, journal/key_shelf.cpp takes a digest of.
void write_key_text(
    std::string& out, const Policy& policy, const Sample& sample, Method method, Purpose purpose) {
  KeyText text(out);
  text.field(policy.weights);
  text.field(policy.template_name);
  text.field(policy.system_prompt);
  text.number(sample.messages.size());
  if (sample.messages.empty()) text.field(sample.prompt);
  for (const Message& message : sample.messages) {
    text.field(message.role);
    text.field(message.content);
  }
  text.field(sample.response);
  text.field(name_of(method));
  text.field(name_of(purpose));
  text.number(policy.replicate);
  // Only where there is more to tell, so that keys of plain policies stay what they were.
  const bool is_plain = policy.date.empty() && policy.template_digest.empty() &&
                        policy.end_of_turn == EndOfTurn::left_out;
  if (is_plain) return;
  text.field(policy.date);
  text.field(policy.template_digest);
  text.field(name_of(policy.end_of_turn));
  text.field(policy.end_of_turn == EndOfTurn::scored ? sample.finish_reason : "");
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

HexKey hex_of(const ContentKey& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  HexKey hex;
  char* at = hex.data();
  for (const std::uint8_t byte : key.bytes) {
    *at++ = digits[byte >> 4];
    *at++ = digits[byte & 15];
  }
  return hex;
}

std::string to_hex(const ContentKey& key) {
  const HexKey hex = hex_of(key);
  return {hex.data(), hex.size()};
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
  std::string text;
  write_key_text(text, policy, sample, method, purpose);
  return blake2b_128(personal_of_keys, text);
}

ContentKey digest_of(std::string_view bytes) {
  return blake2b_128("assay-bytes-1", bytes);
}

void KeyBatch::add(std::uint64_t item,
                   const Policy& policy,
                   const Sample& sample,
                   Method method,
                   Purpose purpose) {
  ensure(!is_full(), "a batch is emptied when it is full");
  entries_[size_].item = item;
  write_key_text(texts_[size_++], policy, sample, method, purpose);
}

std::span<const KeyBatch::Entry> KeyBatch::take() {
  const std::size_t count = std::exchange(size_, 0);
  std::array<ContentKey, size_max> keys;
  blake2b_128(personal_of_keys, std::span(texts_.data(), count), std::span(keys.data(), count));
  for (std::size_t i = 0; i < count; ++i) entries_[i].key = keys[i];
  return {entries_.data(), count};
}

}  // namespace assay
