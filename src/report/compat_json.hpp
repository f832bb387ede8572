#pragma once

#include "core/json_text.hpp"
#include "estimate/compat.hpp"
#include "estimate/matrix.hpp"

#include <vector>

namespace assay::report {

// The compatibility cases as an array of {estimator, results{policy{...}}}; names as in
// `cje_cases` of the arena reference file. Where that file holds "NaN" there is null.
void append_compat_cases(JsonWriter& json, const std::vector<estimate::CompatCase>& cases);

}  // namespace assay::report
