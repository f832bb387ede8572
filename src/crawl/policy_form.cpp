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

}  // namespace assay::crawl
