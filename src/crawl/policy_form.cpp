#include "crawl/policy_form.hpp"

#include "assay/ensure.hpp"

namespace assay::crawl {

wire::RenderOptions render_options_of(const Policy& policy) {
  return {.end_of_turn = policy.end_of_turn, .date = policy.date};
}

std::vector<PolicyForm> built_in_forms(const std::vector<Policy>& policies) {
  std::vector<PolicyForm> forms;
  for (const Policy& policy : policies) {
    const wire::Template* form = wire::find_template(policy.template_name);
    ensure(form != nullptr, "a policy's template is known");
    forms.push_back({.form = *form, .options = render_options_of(policy)});
  }
  return forms;
}

std::vector<std::uint32_t> first_alike(const std::vector<Policy>& policies,
                                       const std::vector<PolicyForm>& forms) {
  std::vector<std::uint32_t> firsts;
  for (std::uint32_t policy = 0; policy < policies.size(); ++policy) {
    const auto writes_alike = [&](std::uint32_t other) {
      return policies[other].system_prompt == policies[policy].system_prompt &&
             forms[other] == forms[policy];
    };
    std::uint32_t first = 0;
    while (!writes_alike(first)) ++first;  // at the latest itself
    firsts.push_back(first);
  }
  return firsts;
}

}  // namespace assay::crawl
