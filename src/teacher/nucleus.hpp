#pragma once

#include <vector>

namespace assay::teacher {

// Keeps the smallest set of most probable entries whose probabilities reach `top_p` (ties to the
// smaller index), sets the others to 0 and gives what the kept ones held together; it does not
// renormalise. `top_p` in (0, 1]; 1 keeps all.
double keep_nucleus(std::vector<double>& probabilities, double top_p);

}  // namespace assay::teacher
