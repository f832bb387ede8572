#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace assay {

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
