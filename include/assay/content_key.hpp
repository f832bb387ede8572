#pragma once

#include "assay/outcome.hpp"
#include "assay/policy.hpp"
#include "assay/sample.hpp"

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

// 128-bit digest of everything that determines an answer, so that identical work is done once and
// an edited prompt or policy never meets old numbers. Two keys are equal exactly when the answers
// must be.
struct ContentKey {
  std::array<std::uint8_t, 16> bytes{};
  // By the bytes, the first counting most. Keys are sorted by the million: eight bytes at a time.
  friend bool operator==(const ContentKey& a, const ContentKey& b) {
    return a.word(0) == b.word(0) && a.word(8) == b.word(8);
  }
  friend std::strong_ordering operator<=>(const ContentKey& a, const ContentKey& b) {
    const auto first = a.word(0) <=> b.word(0);
    return first != 0 ? first : a.word(8) <=> b.word(8);
  }

 private:
  [[nodiscard]] std::uint64_t word(std::size_t at) const {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return std::endian::native == std::endian::little ? std::byteswap(word) : word;
  }
};

using HexKey = std::array<char, 32>;
[[nodiscard]] HexKey hex_of(const ContentKey& key);       // lower-case digits
[[nodiscard]] std::string to_hex(const ContentKey& key);  // the same
[[nodiscard]] std::optional<ContentKey> content_key_of(std::string_view hex);

// What the work is for; part of the key. Replicates of one score differ in `Policy::replicate`
// only.
enum class Purpose : std::uint8_t { score, generate, judge, canary, probe };
[[nodiscard]] std::string_view name_of(Purpose purpose);
[[nodiscard]] std::optional<Purpose> purpose_of(std::string_view name);

// BLAKE2b-128 over length-prefixed fields (weights, template, system prompt, prompt or messages,
// response, method, purpose, replicate), personalised "assay-key-1". The dialect and the endpoint
// are not part of it.
[[nodiscard]] ContentKey content_key(const Policy& policy,
                                     const Sample& sample,
                                     Method method,
                                     Purpose purpose = Purpose::score);

// BLAKE2b-128 of any bytes, for the digests of data and configuration.
[[nodiscard]] ContentKey digest_of(std::string_view bytes);

}  // namespace assay
