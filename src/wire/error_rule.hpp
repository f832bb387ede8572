#pragma once

#include "assay/failure.hpp"

#include <string_view>

namespace assay::wire {

// "When the status is this and one of the error's texts contains that, it is of this class."
// Compared without case.
struct ErrorRule {
  int status;  // 0: any
  std::string_view needle;
  FailureClass cls;
};

}  // namespace assay::wire
