#pragma once

// The command that goes on where a run stopped, as a person would type it.

#include "cli/config_flags.hpp"
#include "config/config.hpp"
#include "crawl/score_run.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

// `text` as one word of a POSIX shell.
[[nodiscard]] std::string shell_word(std::string_view text);

// "assay score -c run.yaml --max-cost 50": the words in front, then the flags that `flags` holds,
// with those of `changed` in the place of what was given.
[[nodiscard]] std::string command_with(std::string_view command,
                                       const ConfigFlags& flags,
                                       const std::vector<config::FlagValue>& changed = {});

// A cap under which the rest may well fit: what is committed, and what is left at the price of what
// was done, a tenth more, rounded up to two digits; never less than the next request needs, and
// always above `cap`. Caps, `committed` and `worst` on one axis; `done` and `left` in items.
struct CapNeed {
  std::int64_t cap = 0;
  std::int64_t spent = 0;    // known cost of what is done
  std::int64_t unknown = 0;  // counts against the cap, too
  std::int64_t worst = 0;    // of the next request
  std::uint64_t done = 0;
  std::uint64_t left = 0;
};
[[nodiscard]] std::int64_t cap_for_the_rest(const CapNeed& need);

// "--max-cost 50" as a flag: a cap on an axis of the run.
[[nodiscard]] config::FlagValue cap_flag(pace::BudgetAxis axis, std::int64_t cap);

// What to do next, in a sentence with its command; empty when nothing is left to do.
[[nodiscard]] std::string go_on(const crawl::RunReport& report,
                                const config::Config& config,
                                const ConfigFlags& flags);

}  // namespace assay::cli
