#pragma once

// One row for each dialect; its file defines it.

#include "wire/dialect.hpp"

namespace assay::wire {

extern const Dialect openai_dialect;

}  // namespace assay::wire
