#pragma once

// Laying tokens over the text that was sent, where a token that holds a part of a character shows
// as U+FFFD: once for each of its bytes, or once for all of them. Both are in use.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace assay::wire {

enum class LossyFit : std::uint8_t {
  none,     // the tokens do not make up the text
  certain,  // however they are laid, a token ends at the seam, or none does
  unclear,  // some ways to lay them have a token end there, others have not
};

// `text` is UTF-8; `seam` begins a character of it. `ends` gets the end of each token in one of the
// ways in which all of them cover all of `text`; it is empty for `none`.
[[nodiscard]] LossyFit cover_lossy(std::string_view text,
                                   std::size_t seam,
                                   std::span<const std::string_view> tokens,
                                   std::vector<std::uint32_t>& ends);

}  // namespace assay::wire
