#pragma once

#include "assay/content_key.hpp"

#include <blake2.h>

#include <cstdint>
#include <string_view>

namespace assay::dataset {

// BLAKE2b-128 over bytes that come in pieces.
class ByteDigest {
 public:
  ByteDigest();
  void add(std::string_view bytes);
  void add_number(std::uint64_t number);  // eight bytes, little-endian
  [[nodiscard]] ContentKey finish();      // once

 private:
  blake2b_state state_;
};

}  // namespace assay::dataset
