#pragma once

// The one table of keys: the file, the flags, the variables, the schema, `config show` and the
// snapshot are made from it.

#include "config/field.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::config {

// How a value may be written, in the file and in the schema.
enum class Shape : std::uint8_t {
  text,      // any text
  name,      // letters, digits, '.', '_', '-'; at most 64: it becomes a label in files and metrics
  variable,  // the name of an environment variable
  url,       // base_url.hpp
  names,     // a list of names
  paths,     // a path or a list of paths
  seed,
  count,
  auto_count,  // a count or auto
  fraction,
  boolean,  // true or false; its flag takes no value
  money,
  duration,
  range,
  choice,
};

// What a flag or a variable changes when there are several endpoints.
enum class Reach : std::uint8_t { one, each };

// The things a key may be about; all but the first are null where there is none.
struct Subject {
  Config* config = nullptr;
  Endpoint* endpoint = nullptr;
  Policy* policy = nullptr;
  ChatTemplate* chat_template = nullptr;
};

struct Key {
  std::string_view section;  // "run"; the key itself when it stands at the top
  std::string_view name;     // "seed", "limits.concurrency"; empty at the top
  Shape shape = Shape::text;
  std::string_view flag;      // "--concurrency"; empty: none, and no variable
  std::string_view letter;    // "-j"
  std::string_view fallback;  // as it would stand in the file; empty: absent
  Bounds bounds;
  std::vector<std::string_view> choices;
  std::string_view help;  // one sentence, without its full stop
  Field (*field)(const Subject&) = nullptr;
  Reach reach = Reach::one;
};

[[nodiscard]] std::span<const Key> key_table();

// The sections in the order of the file.
[[nodiscard]] std::span<const std::string_view> sections();

// Whether the section is a list of things ("endpoints", "policies").
[[nodiscard]] bool is_list_section(std::string_view section);

// nullptr when there is none.
[[nodiscard]] const Key* find_key(std::string_view section, std::string_view name);
[[nodiscard]] const Key* find_flag(std::string_view flag);

// "ASSAY_MAX_COST" for "--max-cost"; empty without a flag.
[[nodiscard]] std::string variable_of(const Key& key);

}  // namespace assay::config
