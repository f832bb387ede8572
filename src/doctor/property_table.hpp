#pragma once

// One row for each property; its file defines it.

#include "doctor/property.hpp"

namespace assay::doctor {

extern const Property echo_property;
extern const Property values_property;
extern const Property model_property;
extern const Property usage_property;
extern const Property additivity_property;
extern const Property suffix_property;
extern const Property order_property;
extern const Property concurrency_property;
extern const Property batching_property;
extern const Property sampling_property;
extern const Property shape_property;
extern const Property stream_property;
extern const Property normalisation_property;
extern const Property conditioning_property;
extern const Property top_k_property;
extern const Property greedy_property;
extern const Property noise_property;
extern const Property template_property;
extern const Property truncation_property;
extern const Property text_property;
extern const Property seam_property;
extern const Property clone_property;
extern const Property limits_property;

}  // namespace assay::doctor
