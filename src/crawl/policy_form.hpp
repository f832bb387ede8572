#pragma once

#include "assay/policy.hpp"
#include "wire/template.hpp"

#include <vector>

namespace assay::crawl {

// How the texts of one policy are written.
struct PolicyForm {
  wire::Template form;
  wire::RenderOptions options;
};

// One for each policy, from the built-in templates; every name must be one of theirs (ensure).
[[nodiscard]] std::vector<PolicyForm> built_in_forms(const std::vector<Policy>& policies);

[[nodiscard]] wire::RenderOptions render_options_of(const Policy& policy);

}  // namespace assay::crawl
