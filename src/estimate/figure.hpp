#pragma once

#include "stats/defined.hpp"

namespace assay::estimate {

using stats::Figure;

}  // namespace assay::estimate
