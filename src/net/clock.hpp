#pragma once

#include "assay/time.hpp"

#include <chrono>

namespace assay::net {

// The monotonic clock, read. Only the shell may.
[[nodiscard]] inline Instant now() {
  return Instant(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

}  // namespace assay::net
