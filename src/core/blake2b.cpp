#include "core/blake2b.hpp"

#include "assay/ensure.hpp"
#include "core/blake2b_lanes.hpp"

#include <blake2.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace assay {
namespace {

static_assert(std::endian::native == std::endian::little, "a digest's words are its bytes");

constexpr std::size_t digest_bytes = sizeof(ContentKey::bytes);

blake2b_param parameters(std::string_view personal) {
  blake2b_param param{};
  param.digest_length = digest_bytes;
  param.fanout = 1;
  param.depth = 1;
  ensure(personal.size() <= sizeof param.personal, "a personal string has at most 16 bytes");
  std::memcpy(param.personal, personal.data(), personal.size());
  return param;
}

#if defined(__x86_64__)

LaneStart lane_start(std::string_view personal) {
  const blake2b_param param = parameters(personal);
  LaneStart start;
  static_assert(sizeof start == sizeof param);
  std::memcpy(&start, &param, sizeof start);
  for (std::size_t i = 0; i < 8; ++i) start.words[i] ^= blake2b_initial[i];
  return start;
}

// Lanes without a text of their own take the first one's again.
template <std::size_t lanes>
void hash_in_lanes(void (*hash)(const LaneStart&, const LaneText (&)[lanes], LaneDigest (&)[lanes]),
                   const LaneStart& start,
                   std::span<const std::string> texts,
                   std::span<ContentKey> digests) {
  LaneText in[lanes];
  LaneDigest out[lanes];
  for (std::size_t i = 0; i < lanes; ++i) {
    const std::string& text = texts[i < texts.size() ? i : 0];
    in[i] = {text.data(), text.size()};
  }
  hash(start, in, out);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::memcpy(digests[i].bytes.data(), &out[i], digest_bytes);
  }
}

std::size_t lanes_of_processor() {
  if (__builtin_cpu_supports("avx512f")) return 8;
  if (__builtin_cpu_supports("avx2")) return 4;
  return 1;
}

#else

std::size_t lanes_of_processor() {
  return 1;
}

#endif

const std::size_t lanes_there = lanes_of_processor();

}  // namespace

ContentKey blake2b_128(std::string_view personal, std::string_view text) {
  const blake2b_param param = parameters(personal);
  blake2b_state state;
  ensure(blake2b_init_param(&state, &param) == 0, "BLAKE2b starts");
  blake2b_update(&state, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  ContentKey digest;
  blake2b_final(&state, digest.bytes.data(), digest.bytes.size());
  return digest;
}

void blake2b_128_on(std::size_t lanes_max,
                    std::string_view personal,
                    std::span<const std::string> texts,
                    std::span<ContentKey> digests) {
  ensure(texts.size() == digests.size(), "each text has its digest");
  const std::size_t lanes = std::min(lanes_max, lanes_there);
#if defined(__x86_64__)
  // Two texts already cost less in lanes than one by one.
  const LaneStart start = lane_start(personal);
  while (lanes >= 4 && texts.size() > 1) {
    const std::size_t taken = std::min<std::size_t>(texts.size(), lanes < 8 ? 4 : 8);
    if (lanes < 8) {
      hash_in_lanes<4>(blake2b_avx2, start, texts.first(taken), digests.first(taken));
    } else {
      hash_in_lanes<8>(blake2b_avx512, start, texts.first(taken), digests.first(taken));
    }
    texts = texts.subspan(taken);
    digests = digests.subspan(taken);
  }
#endif
  for (std::size_t i = 0; i < texts.size(); ++i) digests[i] = blake2b_128(personal, texts[i]);
}

void blake2b_128(std::string_view personal,
                 std::span<const std::string> texts,
                 std::span<ContentKey> digests) {
  blake2b_128_on(lanes_there, personal, texts, digests);
}

}  // namespace assay
