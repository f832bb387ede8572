#include "crawl/terms.hpp"

#include "assay/ensure.hpp"

#include <algorithm>

namespace assay::crawl {

std::optional<Price> EndpointSpec::price_of(const std::string& model) const {
  const auto priced = prices.find(model);
  return priced == prices.end() ? std::nullopt : std::optional(priced->second);
}

bool RetryFailed::covers(FailureClass cls) const {
  return all || std::find(classes.begin(), classes.end(), cls) != classes.end();
}

namespace {

std::size_t index_of(const RunSpec& spec, const std::string& endpoint) {
  const auto place = std::ranges::find(spec.endpoints, endpoint, &EndpointSpec::name);
  ensure(place != spec.endpoints.end(), "a policy names endpoints that exist");
  return static_cast<std::size_t>(place - spec.endpoints.begin());
}

}  // namespace

std::vector<std::size_t> endpoint_indices(const RunSpec& spec, const Policy& policy) {
  ensure(!policy.endpoints.empty(), "a policy has an endpoint");
  std::vector<std::size_t> indices;
  for (const std::string& name : policy.endpoints) indices.push_back(index_of(spec, name));
  return indices;
}

std::size_t preferred_index(const RunSpec& spec, const Policy& policy) {
  ensure(!policy.endpoints.empty(), "a policy has an endpoint");
  return index_of(spec, policy.endpoints.front());
}

std::vector<PolicyForm> forms_of(const RunSpec& spec) {
  return spec.forms.empty() ? built_in_forms(spec.policies) : spec.forms;
}

pace::RunTerms run_terms(const RunSpec& spec,
                         const std::vector<pace::SharedPacer*>& pacers,
                         Instant start) {
  pace::RunTerms terms;
  terms.limits = spec.limits;
  terms.endpoints = pacers;
  for (const Policy& policy : spec.policies) {
    pace::PolicyTerms of_policy;
    for (const std::size_t index : endpoint_indices(spec, policy)) {
      of_policy.offerings.push_back(
          pace::Offering{.endpoint = pace::EndpointId{static_cast<std::uint32_t>(index)},
                         .price = spec.endpoints[index].price_of(policy.model)});
    }
    const std::size_t place = terms.policies.size();
    if (place < spec.policy_walls.size() && spec.policy_walls[place]) {
      of_policy.until = start + *spec.policy_walls[place];
    }
    terms.policies.push_back(std::move(of_policy));
  }
  for (const EndpointSpec& endpoint : spec.endpoints) {
    const auto dialect_max = static_cast<std::size_t>(endpoint.dialect->can.prompts_max);
    terms.prompts_per_request_max.push_back(
        std::min(endpoint.prompts_per_request_max, dialect_max));
  }
  return terms;
}

pace::Amount amount_of(const journal::BudgetPoint& point) {
  return pace::Amount{.usd = point.money, .tokens = point.tokens, .requests = point.requests};
}

journal::BudgetPoint point_of(const pace::Amount& amount) {
  return journal::BudgetPoint{
      .money = amount.usd, .tokens = amount.tokens, .requests = amount.requests};
}

journal::BudgetMarks budget_marks(const RunSpec& spec,
                                  const pace::SharedLedger& ledger,
                                  const pace::LeaseMark& mark) {
  const bool is_run = mark.account == 0;
  const pace::Account account =
      is_run ? ledger.run() : ledger.policy(pace::PolicyId{mark.account - 1});
  journal::BudgetMarks marks;
  if (!is_run) marks.account = spec.policies[mark.account - 1].name;
  marks.leased = point_of(mark.committed_max);
  marks.spent = point_of(account.spent());
  marks.unknown = point_of(account.unknown());
  marks.reserved = point_of(account.reserved());
  marks.cap = journal::BudgetCap{.money = account.caps().usd,
                                 .tokens = account.caps().tokens,
                                 .requests = account.caps().requests};
  return marks;
}

}  // namespace assay::crawl
