#include "config/draft.hpp"

#include "config/base_url.hpp"
#include "config/key_shape.hpp"
#include "config/nearest.hpp"
#include "core/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace assay::config {
namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t quoted_bytes_max = 80;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, fits);
}

bool is_variable(std::string_view text) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  return !text.empty() && !is_digit(text.front()) && std::ranges::all_of(text, fits);
}

// What is wrong with the text itself, whatever the field: half a sentence about the value, or
// nothing.
std::optional<std::string> text_problem(const Key& key, std::string_view text) {
  if (looks_like_key(text)) {
    return "the value looks like an API key, which belongs in the environment, a file or a command:"
           " use api_key_env, api_key_file or api_key_command";
  }
  const bool may_be_empty = (key.section == "policies" && key.name == "system_prompt") ||
                            (key.section == "templates" && key.name != "name");
  if (text.empty() && !may_be_empty) return "the value is empty: give one or leave it out";
  if (key.shape == Shape::name || key.shape == Shape::names) {
    if (is_name(text)) return std::nullopt;
    return fmt::format("{} is not a name: use letters, digits, '.', '_' and '-', at most {}",
                       in_quotes(text),
                       name_bytes_max);
  }
  if (key.shape == Shape::variable && !is_variable(text)) {
    return "the value is not the name of an environment variable, such as OPENAI_API_KEY";
  }
  if (key.shape == Shape::url) {
    const auto url = parse_base_url(text);
    if (!url) return "the address " + url.error();
  }
  return std::nullopt;
}

}  // namespace

std::string path_of(std::string_view section, std::string_view name, std::size_t index) {
  std::string path(section);
  if (is_list_section(section)) path += fmt::format("[{}]", index);
  if (!name.empty()) path.append(".").append(name);
  return path;
}

std::string in_quotes(std::string_view text) {
  if (looks_like_key(text)) return "a text that looks like an API key";
  return fmt::format("'{}'", printable(text, quoted_bytes_max));
}

Subject Draft::subject(std::string_view section, std::size_t index) {
  Subject subject{.config = &config};
  if (section == "endpoints") subject.endpoint = &config.endpoints.at(index);
  if (section == "policies") subject.policy = &config.policies.at(index);
  if (section == "templates") subject.chat_template = &config.templates.at(index);
  return subject;
}

std::size_t Draft::count(std::string_view section) const {
  if (section == "templates") return config.templates.size();
  return section == "endpoints" ? config.endpoints.size() : config.policies.size();
}

std::size_t Draft::add(std::string_view section, const Origin& origin) {
  const std::size_t index = count(section);
  if (section == "endpoints") {
    config.endpoints.emplace_back();
  } else if (section == "templates") {
    config.templates.emplace_back();
  } else {
    config.policies.emplace_back();
  }
  origins[path_of(section, {}, index)] = origin;
  set_fallbacks(section, index);
  return index;
}

void Draft::set(const Key& key,
                std::size_t index,
                const std::vector<std::string>& texts,
                const Origin& origin) {
  const std::string path = path_of(key.section, key.name, index);
  const auto report = [&](std::string_view sentence) {
    // A flag or a variable names its key already.
    const bool in_file = origin.kind == Origin::Kind::file;
    refuse(path, origin.place, in_file ? fmt::format("{}: {}", path, sentence) : sentence);
  };
  for (const std::string& text : texts) {
    if (const auto problem = text_problem(key, text)) return report(*problem);
  }
  if (const auto& choices = key.choices; !choices.empty() && texts.size() == 1) {
    if (std::ranges::find(choices, std::string_view(texts.front())) == choices.end()) {
      return report(fmt::format("{} is not {}", in_quotes(texts.front()), alternatives(choices)));
    }
  }
  const auto assigned = assign(key.field(subject(key.section, index)), texts, key.bounds);
  if (!assigned) {
    const std::string value = texts.size() == 1 ? in_quotes(texts.front()) : "the value";
    return report(fmt::format("{} {}", value, assigned.error()));
  }
  origins[path] = origin;
}

void Draft::refuse(const std::string& path, std::string_view place, std::string_view sentence) {
  problems.add(place, sentence);
  refused.insert(path);
}

void Draft::set_fallbacks(std::string_view section, std::size_t index) {
  for (const Key& key : key_table()) {
    if (key.section != section || key.fallback.empty()) continue;
    set(key, index, {std::string(key.fallback)}, {Origin::Kind::fallback, "default"});
  }
}

const Origin& Draft::origin_of(std::string_view section,
                               std::string_view name,
                               std::size_t index) const {
  static const Origin fallback{Origin::Kind::fallback, "default"};
  if (const auto found = origins.find(path_of(section, name, index)); found != origins.end()) {
    return found->second;
  }
  const auto whole = origins.find(path_of(section, {}, index));
  return whole == origins.end() ? fallback : whole->second;
}

}  // namespace assay::config
