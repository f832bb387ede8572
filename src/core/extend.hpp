#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

// Writes a text where there is room for it; the end of it.
[[nodiscard]] inline char* write_text(char* at, std::string_view text) {
  std::char_traits<char>::copy(at, text.data(), text.size());
  return at + text.size();
}

// Writes at most `most` characters at the end of `out`: `write` gets where, and returns the end.
template <class Write>
void extend(std::string& out, std::size_t most, Write write) {
  const std::size_t size = out.size();
  if (out.capacity() - size < most) out.reserve(std::max(2 * out.capacity(), size + most));
  out.resize_and_overwrite(size + most, [&](char* begin, std::size_t) {
    return static_cast<std::size_t>(write(begin + size) - begin);
  });
}

}  // namespace assay
