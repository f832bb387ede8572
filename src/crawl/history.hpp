#pragma once

// What the journal of a run says about earlier sessions.

#include "crawl/canary_history.hpp"
#include "crawl/run_spec.hpp"
#include "journal/key_index.hpp"
#include "journal/reader.hpp"
#include "pace/ledger.hpp"
#include "pace/past_sends.hpp"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace assay::crawl {

struct History {
  explicit History(std::size_t endpoints) : sends(endpoints) {}

  journal::JournalReport report;         // torn tails, sealed or not
  std::vector<pace::Ledger::Past> past;  // for the budget, by account
  pace::PastSends sends;                 // for the limiters, by endpoint
  bool has_records = false;
  std::vector<CanaryPast> canaries;  // by policy
};

// Reads the journal of `spec.directory` once, checks every sum, and tells `index` how each recorded
// key stands: a proved value settles it, a failure too unless the spec says to retry its class.
// Errors: Errc::damaged with segment, offset and how to repair; Errc::io.
[[nodiscard]] Result<History> read_history(journal::Storage& storage,
                                           const RunSpec& spec,
                                           journal::WorkIndexBuilder& index);

}  // namespace assay::crawl
