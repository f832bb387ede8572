#pragma once

#include "assay/time.hpp"

#include <chrono>

namespace assay::crawl {

// The clocks of this process, read in the shell only.
[[nodiscard]] inline Instant monotonic_now() {
  return Instant{std::chrono::steady_clock::now().time_since_epoch()};
}
[[nodiscard]] inline WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace assay::crawl
