#include "config/load.hpp"

#include "config/draft.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace assay::config {
namespace {

std::string shown_path(const Key& key, const Subject& subject) {
  if (subject.endpoint != nullptr)
    return fmt::format("endpoints[{}].{}", subject.endpoint->name, key.name);
  if (subject.policy != nullptr)
    return fmt::format("policies[{}].{}", subject.policy->name, key.name);
  if (subject.chat_template != nullptr)
    return fmt::format("templates[{}].{}", subject.chat_template->name, key.name);
  return path_of(key.section, key.name, 0);
}

std::string shown_value(const std::vector<std::string>& texts, Shape shape) {
  const bool is_list = shape == Shape::names || (shape == Shape::paths && texts.size() > 1);
  return is_list ? fmt::format("[{}]", fmt::join(texts, ", "))
                 : fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<Setting> settings_of(Draft& draft) {
  std::vector<Setting> settings;
  for (const std::string_view section : sections()) {
    const std::size_t count = is_list_section(section) ? draft.count(section) : 1;
    for (std::size_t index = 0; index < count; ++index) {
      for (const Key& key : key_table()) {
        if (key.section != section) continue;
        const Subject subject = draft.subject(section, index);
        const auto texts = texts_of(key.field(subject));
        Origin origin = draft.origin_of(section, key.name, index);
        const bool given = draft.origins.contains(path_of(section, key.name, index));
        if (!given || texts.empty()) origin = {Origin::Kind::fallback, "default"};
        settings.push_back(
            {shown_path(key, subject), shown_value(texts, key.shape), std::move(origin)});
      }
    }
  }
  return settings;
}

void set_all_fallbacks(Draft& draft) {
  for (const std::string_view section : sections()) {
    if (!is_list_section(section)) draft.set_fallbacks(section, 0);
  }
}

// Puts the further scores of each policy behind it.
void add_replicates(std::vector<Policy>& policies) {
  std::vector<Policy> all;
  for (Policy& policy : policies) {
    all.push_back(std::move(policy));
    const Policy first = all.back();
    for (std::uint32_t r = 1; r < first.replicates.value_or(1); ++r) {
      Policy again = first;
      again.name = replicate_name(first.name, r);
      again.replicate = r;
      all.push_back(std::move(again));
    }
  }
  policies = std::move(all);
}

}  // namespace

Result<Loaded> load(const Sources& sources) {
  Draft draft;
  set_all_fallbacks(draft);
  if (sources.file) read_file(*sources.file, draft);
  add_from_flags(sources, draft);
  read_environment(sources, draft);
  read_flags(sources, draft);
  derive(sources, draft);
  cross_check(sources, draft);
  if (!draft.problems.empty()) return std::unexpected(draft.problems.to_error());
  Loaded loaded;
  loaded.settings = settings_of(draft);
  loaded.notes = std::move(draft.notes);
  loaded.config = std::move(draft.config);
  add_replicates(loaded.config.policies);
  return loaded;
}

Status require_scoring(const Config& config) {
  std::string missing;
  if (config.run.dir.empty()) missing += "\nno run directory: give -o DIR or run: {dir: ...}";
  if (config.data.paths.empty()) missing += "\nno data: give -i FILE or data: {path: ...}";
  if (config.endpoints.empty())
    missing += "\nno endpoint: give --base-url URL or endpoints: in the file";
  if (config.policies.empty()) missing += "\nno policy: give --model NAME or policies: in the file";
  if (missing.empty()) return {};
  return fail(Errc::usage, missing.substr(1));
}

}  // namespace assay::config
