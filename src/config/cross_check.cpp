// What must hold between values. Each rule reports at the place of the value that would have to
// change.

#include "config/base_url.hpp"
#include "config/draft.hpp"
#include "config/nearest.hpp"
#include "config/price_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace assay::config {
namespace {

void report(Draft& draft,
            std::string_view section,
            std::string_view name,
            std::size_t index,
            std::string_view sentence) {
  draft.problems.add(draft.origin_of(section, name, index).place,
                     fmt::format("{}: {}", path_of(section, {}, index), sentence));
}

// A value that was reported where it stands is not missing as well.
bool was_refused(const Draft& draft,
                 std::string_view section,
                 std::string_view name,
                 std::size_t index) {
  return draft.refused.contains(path_of(section, name, index));
}

template <class Names>
std::string did_you_mean(std::string_view typed, const Names& known) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  if (names.empty()) return "there is none";
  if (const auto near = nearest(typed, names)) return fmt::format("did you mean {}?", *near);
  return fmt::format("there is {}", alternatives(names));
}

template <class Things>
std::vector<std::string> names_of(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) {
    if (!thing.name.empty()) names.push_back(thing.name);
  }
  return names;
}

// A name, and no other thing of that name.
template <class Things>
void check_names(std::string_view section, const Things& things, Draft& draft) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < things.size(); ++i) {
    const std::string& name = things[i].name;
    if (name.empty()) {
      if (!was_refused(draft, section, "name", i)) {
        report(draft, section, "", i, "has no name: add name: ...");
      }
    } else if (!seen.insert(name).second) {
      report(
          draft, section, "name", i, fmt::format("the name '{}' is taken: choose another", name));
    }
  }
}

void check_known(std::string_view section,
                 std::string_view name,
                 std::size_t index,
                 std::string_view value,
                 const std::vector<std::string>& known,
                 Draft& draft) {
  if (known.empty() || std::ranges::find(known, value) != known.end()) return;
  report(draft,
         section,
         name,
         index,
         fmt::format("{} {} is not known; {}", name, in_quotes(value), did_you_mean(value, known)));
}

void check_endpoint(const Sources& sources, std::size_t index, Draft& draft) {
  const Endpoint& endpoint = draft.config.endpoints[index];
  if (endpoint.base_url.empty() && !was_refused(draft, "endpoints", "base_url", index)) {
    report(draft,
           "endpoints",
           "base_url",
           index,
           "has no base_url: add base_url: https://... or give --base-url");
  }
  check_known("endpoints", "dialect", index, endpoint.dialect, sources.dialects, draft);
  const int keys = !endpoint.api_key_env.empty() + !endpoint.api_key_file.empty() +
                   !endpoint.api_key_command.empty();
  if (keys > 1) {
    report(draft,
           "endpoints",
           "",
           index,
           "has more than one of api_key_env, api_key_file and api_key_command: keep one");
  }
  const bool input = endpoint.input_usd_per_million.has_value();
  const bool output = endpoint.output_usd_per_million.has_value();
  if (input != output && !was_refused(draft, "endpoints", "price.input_usd_per_million", index) &&
      !was_refused(draft, "endpoints", "price.output_usd_per_million", index)) {
    report(draft,
           "endpoints",
           input ? "price.input_usd_per_million" : "price.output_usd_per_million",
           index,
           "has one price only: give both input_usd_per_million and output_usd_per_million "
           "(--input-price, --output-price)");
  }
}

// Models whose spending at this endpoint a cap in dollars holds.
std::vector<std::string_view> models_capped(const Config& config, const Endpoint& endpoint) {
  std::vector<std::string_view> models;
  for (const Policy& policy : config.policies) {
    const bool serves =
        std::ranges::find(policy.endpoints, endpoint.name) != policy.endpoints.end();
    if (serves && (config.budget.usd || policy.budget.usd)) models.push_back(policy.model);
  }
  return models;
}

// A cap in dollars holds only where every price is known and not zero.
void check_price(const Sources& sources, std::size_t index, Draft& draft) {
  const Config& config = draft.config;
  const Endpoint& endpoint = config.endpoints[index];
  const auto models = models_capped(config, endpoint);
  if (!config.budget.usd && models.empty()) return;
  if (const auto price = endpoint.price()) {
    if (price->input_nanousd_per_million > 0) return;
    report(draft,
           "endpoints",
           "price.input_usd_per_million",
           index,
           "has an input price of zero, and budget.usd would never be reached: give the price, or "
           "cap tokens or requests");
    return;
  }
  const auto is_listed = [&](std::string_view model) {
    return sources.prices != nullptr && listed_price(*sources.prices, endpoint, model) != nullptr;
  };
  const auto unpriced = std::ranges::find_if_not(models, is_listed);
  if (!models.empty() && unpriced == models.end()) return;
  const std::string whose =
      models.empty() ? std::string() : fmt::format(" for model {}", in_quotes(*unpriced));
  report(draft,
         "endpoints",
         "",
         index,
         fmt::format("has no price{}, and budget.usd (--max-cost) cannot be kept without: add "
                     "price: or give --input-price and --output-price",
                     whose));
}

// Endpoints that stand in for each other must be said to serve the same weights.
void check_stand_ins(std::size_t index, Draft& draft) {
  const Policy& policy = draft.config.policies[index];
  std::set<std::string> servers;
  for (const std::string& name : policy.endpoints) {
    const Endpoint* endpoint = draft.config.endpoint(name);
    const auto url = parse_base_url(endpoint == nullptr ? "" : endpoint->base_url);
    if (url) servers.insert(url->server());
  }
  const bool declared = draft.origin_of("policies", "weights", index).place != "default";
  if (servers.size() > 1 && !declared) {
    report(draft,
           "policies",
           "endpoints",
           index,
           "names endpoints at different addresses: declare that they serve the same weights with "
           "weights: ...");
  }
  if (policy.endpoints.size() > 1 && policy.method != Method::echo) {
    draft.notes.push_back(fmt::format(
        "policy '{}' is scored by method {}, which no stand-in is compared by: only its "
        "first endpoint, '{}', is asked",
        policy.name,
        name_of(policy.method),
        policy.endpoints.front()));
  }
}

void check_template(const Sources& sources, std::size_t index, Draft& draft) {
  const ChatTemplate& form = draft.config.templates[index];
  if (std::ranges::find(sources.templates, form.name) != sources.templates.end()) {
    report(draft,
           "templates",
           "name",
           index,
           fmt::format("'{}' is the name of a built-in template: choose another", form.name));
  }
  if (form.opening.empty() && form.user_suffix.empty()) {
    report(draft,
           "templates",
           "opening",
           index,
           "has neither opening nor user_suffix: nothing would part the user's text from the "
           "response");
  }
}

void check_replicates(std::size_t index, Draft& draft) {
  const Policy& policy = draft.config.policies[index];
  if (policy.replicates.value_or(1) < 2) return;
  // Each replicate is a policy of its own to the ledger: a cap of one of them would be one each.
  if (policy.budget != Budget{}) {
    report(draft,
           "policies",
           "replicates",
           index,
           "cannot stand beside a budget of the policy: cap the whole run with budget: ...");
  }
  for (std::uint32_t r = 1; r < policy.replicates.value_or(1); ++r) {
    const std::string name = replicate_name(policy.name, r);
    if (draft.config.policy(name) == nullptr) continue;
    report(draft,
           "policies",
           "replicates",
           index,
           fmt::format("needs the name '{}', which another policy has: rename that one", name));
  }
}

void check_policy(const Sources& sources, std::size_t index, Draft& draft) {
  const Policy& policy = draft.config.policies[index];
  if (policy.model.empty() && !was_refused(draft, "policies", "model", index))
    report(draft, "policies", "model", index, "has no model: add model: ... or give --model");
  auto templates = sources.templates;
  for (const std::string_view name : names_of(draft.config.templates)) templates.emplace_back(name);
  if (!sources.templates.empty()) {
    check_known("policies", "template", index, policy.template_name, templates, draft);
  }
  if (policy.endpoints.empty() && !was_refused(draft, "policies", "endpoints", index)) {
    report(draft, "policies", "endpoints", index, "names no endpoint: add endpoints: [...]");
  }
  const auto known = names_of(draft.config.endpoints);
  std::set<std::string_view> seen;
  for (const std::string& name : policy.endpoints) {
    if (draft.config.endpoint(name) == nullptr) {
      report(draft,
             "policies",
             "endpoints",
             index,
             fmt::format("endpoint '{}' is not defined; {}", name, did_you_mean(name, known)));
    } else if (!seen.insert(name).second) {
      report(draft,
             "policies",
             "endpoints",
             index,
             fmt::format("endpoint '{}' stands twice: keep one", name));
    }
  }
  check_stand_ins(index, draft);
  check_replicates(index, draft);
}

void check_network(Draft& draft) {
  const Network& network = draft.config.network;
  if (network.first_byte > network.total) {
    draft.notes.emplace_back("network.first_byte is longer than network.total and never reached");
  }
  if (network.between_bytes > network.total) {
    draft.notes.emplace_back(
        "network.between_bytes is longer than network.total and never reached");
  }
}

}  // namespace

void cross_check(const Sources& sources, Draft& draft) {
  const Config& config = draft.config;
  check_names("endpoints", config.endpoints, draft);
  check_names("policies", config.policies, draft);
  check_names("templates", config.templates, draft);
  for (std::size_t i = 0; i < config.templates.size(); ++i) check_template(sources, i, draft);
  for (std::size_t i = 0; i < config.endpoints.size(); ++i) {
    check_endpoint(sources, i, draft);
    check_price(sources, i, draft);
  }
  for (std::size_t i = 0; i < config.policies.size(); ++i) check_policy(sources, i, draft);
  // Without policies the logged log-probs are the data set's own.
  if (!config.logging_policy.empty() && !config.policies.empty() &&
      config.policy(config.logging_policy) == nullptr) {
    draft.problems.add(draft.origin_of("logging_policy", {}, 0).place,
                       fmt::format("logging_policy: '{}' is not a policy; {}",
                                   config.logging_policy,
                                   did_you_mean(config.logging_policy, names_of(config.policies))));
  }
  check_network(draft);
}

}  // namespace assay::config
