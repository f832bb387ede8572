#include "journal/xxh3.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay::journal {
namespace {

bool has_avx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}
const bool is_wide = has_avx2();

}  // namespace

std::uint64_t xxh3_plain(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t xxh3(std::string_view bytes, std::uint64_t seed) {
#if defined(__x86_64__)
  if (is_wide) return xxh3_avx2(bytes, seed);
#endif
  return xxh3_plain(bytes, seed);
}

std::uint64_t xxh3_linked(std::string_view bytes, const char* link) {
#if defined(__x86_64__)
  if (is_wide) return xxh3_linked_avx2(bytes, link);
#endif
  return xxh3_plain(bytes, xxh3_plain({link, link_bytes}, 0));
}

}  // namespace assay::journal
