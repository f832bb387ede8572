#pragma once

// What there is to do for a run, known before anything is sent.

#include "assay/sample.hpp"
#include "crawl/history.hpp"
#include "crawl/run_spec.hpp"
#include "journal/bitmap.hpp"
#include "journal/key_shelf.hpp"
#include "journal/storage.hpp"

#include <cstdint>
#include <filesystem>

namespace assay::crawl {

// items = rows x policies; distinct = done + to_do + left_out.
struct WorkPlan {
  std::uint64_t items = 0;
  std::uint64_t distinct = 0;  // different pieces of work among them
  std::uint64_t done = 0;      // settled by earlier sessions
  std::uint64_t to_do = 0;
  std::uint64_t left_out = 0;  // never attempted, while only failures are done again
  std::uint64_t unusable = 0;  // items of bad rows
};

struct PlannedWork {
  History history;
  WorkPlan plan;
  journal::Bitmap to_do;   // by item
  journal::KeyShelf keys;  // of all items
};

// Reads the journal of `spec.directory`, if there is one, and `samples` from its first row to its
// end, which it is left at. Memory: a few bits per item; keys are sorted and kept in
// `spill_folder`. Errors: those of read_history and of the source; Errc::io, Errc::disk_full.
[[nodiscard]] Result<PlannedWork> plan_work(journal::Storage& storage,
                                            const RunSpec& spec,
                                            SampleSource& samples,
                                            const std::filesystem::path& spill_folder);

}  // namespace assay::crawl
