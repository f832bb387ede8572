#pragma once

#include "assay/time.hpp"

#include <chrono>
#include <string>

namespace assay::net {

// "120 s", "50 ms": a configured limit as reasons of failures quote it, always the same for the
// same limit.
[[nodiscard]] inline std::string seconds_text(Duration limit) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  return millis % 1000 == 0 ? std::to_string(millis / 1000) + " s" : std::to_string(millis) + " ms";
}

}  // namespace assay::net
