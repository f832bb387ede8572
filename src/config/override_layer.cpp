// Variables and flags: the layers above the file.

#include "config/draft.hpp"
#include "config/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace assay::config {
namespace {

const std::string* value_of(const std::map<std::string, std::string>& environment,
                            const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() || found->second.empty() ? nullptr : &found->second;
}

bool gives_flag(const Sources& sources, std::string_view section) {
  return std::ranges::any_of(sources.flags, [section](const FlagValue& flag) {
    const Key* key = find_flag(flag.name);
    return key != nullptr && key->section == section;
  });
}

// Stores a value in what it is about: the run, the only endpoint, or each of several.
void override_value(const Key& key,
                    const std::vector<std::string>& texts,
                    const Origin& origin,
                    Draft& draft) {
  if (!is_list_section(key.section)) return draft.set(key, 0, texts, origin);
  const std::size_t count = draft.count(key.section);
  if (count > 1 && key.reach == Reach::one) {
    return draft.problems.add(
        origin.place,
        fmt::format("can change one of the {} only, and the file has {}: edit the file",
                    key.section,
                    count));
  }
  for (std::size_t index = 0; index < count; ++index) draft.set(key, index, texts, origin);
}

// A variable of ours that is nearly one we know is a slip of the pen.
void note_near_misses(const Sources& sources, Draft& draft) {
  std::vector<std::string> known;
  for (const Key& key : key_table()) known.push_back(variable_of(key));
  for (const auto& [name, value] : sources.environment) {
    if (!name.starts_with("ASSAY_") || std::ranges::find(known, name) != known.end()) continue;
    for (const std::string& other : known) {
      if (other.empty() || edit_distance(name, other) > 2) continue;
      draft.notes.push_back(
          fmt::format("{} is not a variable of ours; did you mean {}?", in_quotes(name), other));
      break;
    }
  }
}

}  // namespace

void add_from_flags(const Sources& sources, Draft& draft) {
  const auto& environment = sources.environment;
  const bool speaks_of_policy =
      gives_flag(sources, "policies") || value_of(environment, "ASSAY_MODEL") != nullptr;
  const bool speaks_of_endpoint = speaks_of_policy || gives_flag(sources, "endpoints") ||
                                  value_of(environment, "ASSAY_BASE_URL") != nullptr;
  if (draft.config.endpoints.empty() && speaks_of_endpoint) {
    const std::size_t index = draft.add("endpoints", {Origin::Kind::fallback, "command line"});
    draft.set(
        *find_key("endpoints", "name"), index, {"default"}, {Origin::Kind::fallback, "default"});
  }
  if (draft.config.policies.empty() && speaks_of_policy) {
    draft.add("policies", {Origin::Kind::fallback, "command line"});
  }
}

void read_environment(const Sources& sources, Draft& draft) {
  for (const Key& key : key_table()) {
    const std::string variable = variable_of(key);
    if (const std::string* value = value_of(sources.environment, variable)) {
      override_value(key, {*value}, {Origin::Kind::environment, variable}, draft);
    }
  }
  note_near_misses(sources, draft);
}

void read_flags(const Sources& sources, Draft& draft) {
  for (const FlagValue& flag : sources.flags) {
    const Key* key = find_flag(flag.name);
    if (key == nullptr) {
      draft.problems.add(flag.name, "is not a flag of the configuration");
      continue;
    }
    override_value(*key, flag.values, {Origin::Kind::flag, flag.name}, draft);
  }
}

}  // namespace assay::config
