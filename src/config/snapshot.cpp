#include "config/snapshot.hpp"

#include "config/draft.hpp"
#include "core/json_text.hpp"

#include <string_view>
#include <vector>

namespace assay::config {
namespace {

bool needs_quotes(Shape shape) {
  switch (shape) {
    case Shape::seed:
    case Shape::count:
    case Shape::auto_count:
    case Shape::fraction:
    case Shape::boolean:
    case Shape::money:
    case Shape::duration:
    case Shape::range:
    case Shape::choice:
      return false;
    case Shape::text:
    case Shape::name:
    case Shape::variable:
    case Shape::url:
    case Shape::names:
    case Shape::paths:
      return true;
  }
  return true;
}

void append_value(std::string& out, Shape shape, const std::vector<std::string>& texts) {
  const bool is_list = shape == Shape::names || shape == Shape::paths;
  if (is_list) out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ", ";
    // A JSON string is a double-quoted YAML scalar.
    needs_quotes(shape) ? append_json_string(out, texts[i]) : void(out += texts[i]);
  }
  if (is_list) out += ']';
  out += '\n';
}

// The keys of one thing, groups such as `limits` opened once. The first line begins with `first`,
// the others with as many spaces.
void append_keys(std::string& out,
                 std::string_view section,
                 std::string_view first,
                 const Subject& subject) {
  std::string indent(first);
  std::string_view open_group;
  for (const Key& key : key_table()) {
    if (key.section != section) continue;
    const auto texts = texts_of(key.field(subject));
    if (texts.empty()) continue;
    const std::size_t point = key.name.find('.');
    const std::string_view group = point == std::string_view::npos ? "" : key.name.substr(0, point);
    if (!group.empty() && group != open_group) {
      out.append(indent).append(group).append(":\n");
      indent.assign(first.size(), ' ');
    }
    open_group = group;
    out += indent;
    if (!group.empty()) out += "  ";
    out.append(group.empty() ? key.name : key.name.substr(point + 1)).append(": ");
    append_value(out, key.shape, texts);
    indent.assign(first.size(), ' ');
  }
}

// `config` is only read: a Field points to what load() may write.
std::string write(Config config) {
  Draft draft;
  draft.config = std::move(config);
  std::erase_if(draft.config.policies, [](const Policy& policy) { return policy.replicate > 0; });
  std::string out;
  for (const std::string_view section : sections()) {
    const bool is_list = is_list_section(section);
    if (is_list && draft.count(section) == 0) continue;
    if (const Key* key = find_key(section, {})) {
      const auto texts = texts_of(key->field(draft.subject(section, 0)));
      if (texts.empty()) continue;
      out.append(section).append(": ");
      append_value(out, key->shape, texts);
      continue;
    }
    std::string body;
    const std::size_t count = is_list ? draft.count(section) : 1;
    for (std::size_t index = 0; index < count; ++index) {
      append_keys(body, section, is_list ? "  - " : "  ", draft.subject(section, index));
    }
    if (!body.empty()) out.append(section).append(":\n").append(body);
  }
  return out;
}

}  // namespace

std::string snapshot(const Config& config) {
  return write(config);
}

std::string digest_text(const Config& config) {
  Config movable = config;
  movable.run.dir.clear();
  return write(std::move(movable));
}

}  // namespace assay::config
