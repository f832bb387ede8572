#include "dataset/format.hpp"

#include <algorithm>
#include <array>

namespace assay::dataset {
namespace {

constexpr std::array<std::string_view, 6> format_names = {
    "auto", "plain", "cje-logged", "cje-draws", "cje-logprobs", "lm-eval"};

}  // namespace

std::string_view name_of(Format format) {
  return format_names[static_cast<std::size_t>(format)];
}

std::optional<Format> format_of(std::string_view name) {
  const auto* const found = std::ranges::find(format_names, name);
  if (found == format_names.end()) return std::nullopt;
  return static_cast<Format>(found - format_names.begin());
}

}  // namespace assay::dataset
