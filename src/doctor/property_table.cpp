#include "doctor/property_table.hpp"

#include <algorithm>
#include <array>

namespace assay::doctor {
namespace {

constexpr std::array table{
    &echo_property,          &values_property,       &model_property,      &usage_property,
    &additivity_property,    &suffix_property,       &order_property,      &concurrency_property,
    &batching_property,      &sampling_property,     &shape_property,      &stream_property,
    &normalisation_property, &conditioning_property, &top_k_property,      &greedy_property,
    &noise_property,         &template_property,     &truncation_property, &text_property,
    &seam_property,          &clone_property,        &limits_property,
};

}  // namespace

std::span<const Property* const> properties() {
  return table;
}

const Property* find_property(std::string_view name) {
  const auto* const found = std::ranges::find(table, name, &Property::name);
  return found == table.end() ? nullptr : *found;
}

}  // namespace assay::doctor
