#pragma once

// A Config under construction: values arrive layer by layer, the weakest first, each with its
// origin.

#include "config/key_table.hpp"
#include "config/load.hpp"
#include "config/problems.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace assay::config {

struct Draft {
  Config config;
  std::map<std::string, Origin>
      origins;                    // by path; "endpoints[0]" is where the thing itself begins
  std::set<std::string> refused;  // paths whose value was reported: not missing as well
  Problems problems;
  std::vector<std::string> notes;

  // What a key of the section is about; `index` counts endpoints or policies.
  [[nodiscard]] Subject subject(std::string_view section, std::size_t index);
  [[nodiscard]] std::size_t count(std::string_view section) const;

  // A further endpoint or policy with its defaults; gives its index.
  std::size_t add(std::string_view section, const Origin& origin);

  // Checks and stores a value, or reports why not.
  void set(const Key& key,
           std::size_t index,
           const std::vector<std::string>& texts,
           const Origin& origin);
  // Reports a value that never came to be one.
  void refuse(const std::string& path, std::string_view place, std::string_view sentence);
  void set_fallbacks(std::string_view section, std::size_t index);

  // Where the value came from; for one never given, where the thing it belongs to did.
  [[nodiscard]] const Origin& origin_of(std::string_view section,
                                        std::string_view name,
                                        std::size_t index) const;
};

// "run.seed", "endpoints[0].limits.concurrency", "endpoints[0]" (without a name), "logging_policy".
[[nodiscard]] std::string path_of(std::string_view section,
                                  std::string_view name,
                                  std::size_t index);

// `text` in quotes, fit for a message: bounded, printable, and not itself when it looks like a key.
[[nodiscard]] std::string in_quotes(std::string_view text);

// The layers above the defaults.
void read_file(const YamlFile& file, Draft& draft);
void read_environment(const Sources& sources, Draft& draft);
void read_flags(const Sources& sources, Draft& draft);

// Makes the one endpoint and the one policy that flags and variables speak of when the file has
// none.
void add_from_flags(const Sources& sources, Draft& draft);

// What one value says about another: derived defaults, then everything that must fit together.
void derive(const Sources& sources, Draft& draft);
void cross_check(const Sources& sources, Draft& draft);

}  // namespace assay::config
