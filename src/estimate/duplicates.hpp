#pragma once

#include "estimate/matrix.hpp"

#include <cstddef>
#include <vector>

namespace assay::estimate {

// Two rows of one table that claim to be the same draw of the same prompt.
struct DuplicateRows {
  std::size_t first = 0;
  std::size_t second = 0;
};

// Each row that repeats the prompt and draw of an earlier one, with that one; ascending.
[[nodiscard]] std::vector<DuplicateRows> duplicates_of(const ResponseTable& rows);

}  // namespace assay::estimate
