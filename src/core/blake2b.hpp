#pragma once

#include "assay/content_key.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace assay {

// BLAKE2b-128 with a personal string of at most 16 bytes, so that digests of one kind never equal
// those of another.
[[nodiscard]] ContentKey blake2b_128(std::string_view personal, std::string_view text);

// That of each text, as many at a time as the processor has lanes for (blake2b_lanes.hpp).
void blake2b_128(std::string_view personal,
                 std::span<const std::string> texts,
                 std::span<ContentKey> digests);

// The same on at most so many lanes, of those there are: 1 is libb2's.
void blake2b_128_on(std::size_t lanes_max,
                    std::string_view personal,
                    std::span<const std::string> texts,
                    std::span<ContentKey> digests);

}  // namespace assay
