#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::journal {

// XXH3-64, by the widest instructions that this processor has.
[[nodiscard]] std::uint64_t xxh3(std::string_view bytes, std::uint64_t seed);

// The same value by the instructions that the whole program is compiled for, and by AVX2; for
// xxh3() to choose from.
[[nodiscard]] std::uint64_t xxh3_plain(std::string_view bytes, std::uint64_t seed);
[[nodiscard]] std::uint64_t xxh3_avx2(std::string_view bytes, std::uint64_t seed);

// XXH3-64 of `bytes`, seeded with the XXH3-64 (seed 0) of `link`: one call for both, since lines
// are short and many.
inline constexpr std::size_t link_bytes = 32;
[[nodiscard]] std::uint64_t xxh3_linked(std::string_view bytes, const char* link);
[[nodiscard]] std::uint64_t xxh3_linked_avx2(std::string_view bytes, const char* link);

}  // namespace assay::journal
