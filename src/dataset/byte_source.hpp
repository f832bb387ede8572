#pragma once

#include "assay/result.hpp"

#include <cstddef>
#include <span>

namespace assay::dataset {

// Bytes in order, from a file or from a test.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills the front of `into` (not empty); how many bytes, 0 at the end. Errors: Errc::io.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into) = 0;

  // Back to the first byte. Errors: Errc::io.
  [[nodiscard]] virtual Status rewind() = 0;
};

}  // namespace assay::dataset
