#include "dataset/byte_digest.hpp"

#include "assay/ensure.hpp"

#include <array>

namespace assay::dataset {

ByteDigest::ByteDigest() {
  ensure(blake2b_init(&state_, ContentKey().bytes.size()) == 0, "BLAKE2b starts");
}

void ByteDigest::add(std::string_view bytes) {
  blake2b_update(&state_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void ByteDigest::add_number(std::uint64_t number) {
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(number >> (8 * i) & 0xff);
  add({bytes.data(), bytes.size()});
}

ContentKey ByteDigest::finish() {
  ContentKey key;
  blake2b_final(&state_, key.bytes.data(), key.bytes.size());
  return key;
}

}  // namespace assay::dataset
