#pragma once

#include "core/json_text.hpp"
#include "estimate/missing_view.hpp"
#include "estimate/missingness.hpp"

#include <optional>
#include <vector>

namespace assay::report {

// `missing_scores`: SNIPS of one policy under each assumption on the rows without a score. Without
// `show_numbers` (its weights are refused) only the counts.
void append_missing_view(JsonWriter& json, const estimate::MissingView& view, bool show_numbers);

// `missingness`: whether it goes with what is known of the rows; null when no row is incomplete.
void append_missingness(JsonWriter& json, const std::optional<estimate::MissingnessReport>& report);

// `difference_bounds`: of pairs of policies that share rows without a reward; those of a pair with
// refused weights only when shown on request.
void append_pair_bounds(JsonWriter& json,
                        const std::vector<estimate::PairBounds>& pairs,
                        bool show_refused);

}  // namespace assay::report
