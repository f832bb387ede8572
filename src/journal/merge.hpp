#pragma once

#include "assay/result.hpp"
#include "journal/external_sort.hpp"
#include "journal/repair.hpp"

#include <cstdint>
#include <filesystem>
#include <span>

namespace assay::journal {

struct MergeReport {
  std::uint64_t records = 0;     // copied
  std::uint64_t duplicates = 0;  // proved answers that an earlier run, or record, gave already
  std::uint64_t failures = 0;    // left behind: a resume tries them again
};

// Makes the run directory `to` with the proved answers of all `runs`, one per content key, the
// first in the order given. Configuration and digests are the first run's. Marks of budgets stay
// behind; what each answer cost stands in its record.
//
// Errors: Errc::damaged when any of the journals is (repair it first); as repair_journal().
[[nodiscard]] Result<MergeReport> merge_journals(Storage& storage,
                                                 std::span<const std::filesystem::path> runs,
                                                 const std::filesystem::path& to,
                                                 const Copyist& copyist,
                                                 SortOptions sort = {});

}  // namespace assay::journal
