#include "estimate/fold.hpp"

#include "assay/ensure.hpp"

#include <blake2.h>
#include <fmt/format.h>

#include <array>

namespace assay::estimate {

std::uint32_t fold_of(std::string_view id, std::uint32_t folds, std::uint32_t seed) {
  ensure(folds > 0, "a fold is one of at least one");
  const std::string text = fmt::format("{}-{}-{}", id, seed, folds);
  std::array<std::uint8_t, 8> digest{};
  const int failed = blake2b(digest.data(), text.data(), nullptr, digest.size(), text.size(), 0);
  ensure(failed == 0, "BLAKE2b of a short text succeeds");
  std::uint64_t value = 0;
  for (const std::uint8_t byte : digest) value = value << 8 | byte;
  return static_cast<std::uint32_t>(value % folds);
}

}  // namespace assay::estimate
