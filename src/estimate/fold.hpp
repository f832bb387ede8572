#pragma once

#include <cstdint>
#include <string_view>

namespace assay::estimate {

// Which of `folds` parts a prompt belongs to: the first 8 bytes, big-endian, of BLAKE2b with digest
// size 8 over "<id>-<seed>-<folds>", modulo `folds`. It depends on the id alone, so it survives
// filtering. Source: cje.md 6.1.
[[nodiscard]] std::uint32_t fold_of(std::string_view id, std::uint32_t folds, std::uint32_t seed);

}  // namespace assay::estimate
