// Defaults that follow from other values: the ecosystem's variables, the identity of weights,
// names.

#include "assay/content_key.hpp"
#include "config/base_url.hpp"
#include "config/draft.hpp"
#include "core/json_text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace assay::config {
namespace {

// Whose key a host takes. A key is only taken from the ecosystem's variable when the address is
// that provider's own, so that it is never sent to a stranger.
struct KeyHolder {
  std::string_view host;
  std::string_view variable;
};
constexpr std::array key_holders = {
    KeyHolder{"api.openai.com", "OPENAI_API_KEY"},
    KeyHolder{"api.fireworks.ai", "FIREWORKS_API_KEY"},
    KeyHolder{"api.together.ai", "TOGETHER_API_KEY"},
    KeyHolder{"api.together.xyz", "TOGETHER_API_KEY"},
    KeyHolder{"api.anthropic.com", "ANTHROPIC_API_KEY"},
};

constexpr std::string_view openai_address = "OPENAI_BASE_URL";

void derive_address(const Sources& sources, std::size_t index, Draft& draft) {
  Endpoint& endpoint = draft.config.endpoints[index];
  const auto variable = sources.environment.find(std::string(openai_address));
  const bool given = variable != sources.environment.end() && !variable->second.empty();
  if (endpoint.base_url.empty() && endpoint.dialect == "openai" && given) {
    draft.set(*find_key("endpoints", "base_url"),
              index,
              {variable->second},
              {Origin::Kind::ecosystem, std::string(openai_address)});
  }
  while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
}

// A stronger layer's key replaces a weaker one's, whatever its kind.
void settle_key(std::size_t index, Draft& draft) {
  Endpoint& endpoint = draft.config.endpoints[index];
  struct Candidate {
    std::string_view name;
    std::string* value;
  };
  std::array candidates = {Candidate{"api_key_env", &endpoint.api_key_env},
                           Candidate{"api_key_file", &endpoint.api_key_file},
                           Candidate{"api_key_command", &endpoint.api_key_command}};
  auto strongest = Origin::Kind::fallback;
  for (const Candidate& candidate : candidates) {
    if (candidate.value->empty()) continue;
    strongest = std::max(strongest, draft.origin_of("endpoints", candidate.name, index).kind);
  }
  for (const Candidate& candidate : candidates) {
    if (candidate.value->empty()) continue;
    if (draft.origin_of("endpoints", candidate.name, index).kind < strongest)
      candidate.value->clear();
  }
}

void derive_key(std::size_t index, Draft& draft) {
  settle_key(index, draft);
  Endpoint& endpoint = draft.config.endpoints[index];
  const bool has_key = !endpoint.api_key_env.empty() || !endpoint.api_key_file.empty() ||
                       !endpoint.api_key_command.empty();
  const auto url = parse_base_url(endpoint.base_url);
  if (has_key || !url) return;
  std::string_view variable;
  const auto* const holder = std::ranges::find(key_holders, url->host, &KeyHolder::host);
  if (holder != key_holders.end()) variable = holder->variable;
  // Whoever sets OPENAI_BASE_URL means OPENAI_API_KEY to go there.
  const Origin& address = draft.origin_of("endpoints", "base_url", index);
  if (address.kind == Origin::Kind::ecosystem) variable = "OPENAI_API_KEY";
  if (variable.empty()) return;
  endpoint.api_key_env = variable;
  draft.origins[path_of("endpoints", "api_key_env", index)] = {Origin::Kind::fallback, "default"};
}

// A model's name as a name of ours: "org/model:free" becomes "org-model-free".
std::string name_from(std::string_view model) {
  std::string name(model.substr(0, 64));
  for (char& c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
    if (!fits) c = '-';
  }
  return name;
}

// Everything a template of the user's own says: another text under the same name is another policy.
std::string digest_of_template(const Draft& draft, std::string_view name) {
  const auto& templates = draft.config.templates;
  const auto found = std::ranges::find(templates, name, &ChatTemplate::name);
  if (found == templates.end()) return {};
  std::string text;
  Config movable = draft.config;
  const Subject subject{
      .config = &movable,
      .chat_template = &movable.templates[static_cast<std::size_t>(found - templates.begin())]};
  for (const Key& key : key_table()) {
    if (key.section != "templates") continue;
    for (const std::string& value : texts_of(key.field(subject))) append_json_string(text, value);
    text += ';';
  }
  return to_hex(digest_of(text));
}

void derive_policy(std::size_t index, Draft& draft) {
  Policy& policy = draft.config.policies[index];
  policy.template_digest = digest_of_template(draft, policy.template_name);
  const Origin derived{Origin::Kind::fallback, "default"};
  const bool from_file = draft.origin_of("policies", {}, index).kind == Origin::Kind::file;
  if (policy.name.empty() && !from_file && !policy.model.empty()) {
    draft.set(*find_key("policies", "name"), index, {name_from(policy.model)}, derived);
  }
  if (policy.endpoints.empty() && draft.config.endpoints.size() == 1 &&
      !draft.config.endpoints[0].name.empty()) {
    policy.endpoints = {draft.config.endpoints[0].name};
    draft.origins[path_of("policies", "endpoints", index)] = derived;
  }
  if (!policy.weights.empty() || policy.model.empty() || policy.endpoints.empty()) return;
  const Endpoint* endpoint = draft.config.endpoint(policy.endpoints.front());
  const auto url = parse_base_url(endpoint == nullptr ? "" : endpoint->base_url);
  if (!url) return;
  policy.weights = url->server() + "/" + policy.model;
  if (!policy.revision.empty()) policy.weights += "@" + policy.revision;
  draft.origins[path_of("policies", "weights", index)] = derived;
}

}  // namespace

void derive(const Sources& sources, Draft& draft) {
  for (std::size_t i = 0; i < draft.config.endpoints.size(); ++i) {
    derive_address(sources, i, draft);
    derive_key(i, draft);
  }
  for (std::size_t i = 0; i < draft.config.policies.size(); ++i) derive_policy(i, draft);
}

}  // namespace assay::config
