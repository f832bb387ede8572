#pragma once

#include "assay/time.hpp"

namespace assay::monitor {

[[nodiscard]] inline double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace assay::monitor
