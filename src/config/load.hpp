#pragma once

// Flags, environment and one YAML text become one checked Config. Pure: the caller reads the file
// and the environment.

#include "assay/result.hpp"
#include "config/config.hpp"
#include "config/price_table.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::config {

// One flag as the user gave it; more than one value only for flags that may be repeated.
struct FlagValue {
  std::string name;  // "--base-url"
  std::vector<std::string> values;
};

struct YamlFile {
  std::string name;  // for messages
  std::string text;
};

struct Sources {
  std::vector<FlagValue> flags;
  std::map<std::string, std::string> environment;  // all of it; an empty value counts as not set
  std::optional<YamlFile> file;

  // Names other rooms know; a value outside is an error that lists them. Empty: any name passes.
  std::vector<std::string> dialects;
  std::vector<std::string> templates;

  // Where an endpoint states no price. Outlives the call.
  const PriceTable* prices = nullptr;
};

// Where a value came from.
struct Origin {
  enum class Kind { fallback, ecosystem, file, environment, flag };
  Kind kind = Kind::fallback;
  std::string place;  // "default", "OPENAI_BASE_URL", "run.yaml:3:9", "ASSAY_SEED", "--seed"
};

// One value of the configuration as `assay config show` prints it.
struct Setting {
  std::string path;   // "endpoints[local].limits.concurrency"
  std::string value;  // as it would stand in the file; empty when absent
  Origin origin;
};

struct Loaded {
  Config config;
  std::vector<Setting> settings;   // every key, in the order of the table
  std::vector<std::string> notes;  // sentences worth telling the user; nothing is wrong
};

// Precedence: flag, `ASSAY_*` variable, file, the ecosystem's variable (OPENAI_BASE_URL), default.
//
// Flags and variables about an endpoint or a policy make one (named "default", the policy after its
// model) when the file has none, change the only one there is, and are refused when there are
// several, except limits, which apply to each.
//
// Errors: Errc::config (Errc::usage when only flags are wrong); detail holds one sentence per
// problem, one per line, in order of place, at most problems_max of them. A value that looks like a
// key is refused and never repeated.
[[nodiscard]] Result<Loaded> load(const Sources& sources);
inline constexpr std::size_t problems_max = 20;

// What load() lets pass because not every command needs it: a run directory, data, an endpoint and
// a policy. Errors: Errc::usage, naming for each missing one the flag and the key.
[[nodiscard]] Status require_scoring(const Config& config);

}  // namespace assay::config
