#include "journal/xxh3.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay::journal {
namespace {

using Hash = std::uint64_t (*)(std::string_view, std::uint64_t);

Hash widest() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return xxh3_avx2;
#endif
  return xxh3_plain;
}

}  // namespace

std::uint64_t xxh3_plain(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t xxh3(std::string_view bytes, std::uint64_t seed) {
  static const Hash hash = widest();
  return hash(bytes, seed);
}

}  // namespace assay::journal
