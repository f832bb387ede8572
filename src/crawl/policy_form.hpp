#pragma once

#include "assay/policy.hpp"
#include "wire/template.hpp"

#include <cstdint>
#include <vector>

namespace assay::crawl {

// How the texts of one policy are written.
struct PolicyForm {
  wire::Template form;
  wire::RenderOptions options;
  friend bool operator==(const PolicyForm&, const PolicyForm&) = default;
};

// One for each policy, from the built-in templates; every name must be one of theirs (ensure).
[[nodiscard]] std::vector<PolicyForm> built_in_forms(const std::vector<Policy>& policies);

// For each policy the first that writes every sample as it does: the texts of one are those of the
// other.
[[nodiscard]] std::vector<std::uint32_t> first_alike(const std::vector<Policy>& policies,
                                                     const std::vector<PolicyForm>& forms);

[[nodiscard]] wire::RenderOptions render_options_of(const Policy& policy);

}  // namespace assay::crawl
