#pragma once

// What can be saved of a damaged journal, copied aside. The damaged run is never changed.

#include "assay/result.hpp"
#include "assay/time.hpp"
#include "journal/storage.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace assay::journal {

// A stretch of a segment of which nothing verifies.
struct Loss {
  std::filesystem::path segment;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct RepairReport {
  std::uint64_t records = 0;  // copied
  std::vector<Loss> losses;
};

// Who repairs or merges.
struct Copyist {
  std::string version;  // of the program
  std::function<WallTime()> clock;
};

// Makes the run directory `to` with every record of `run` that verifies, before and behind what is
// damaged, in order and once each, with its configuration and whatever else a resume needs. A note
// says what was lost; marks of the budget may be among it. The new run is not sealed.
//
// Errors: Errc::input when `run` names no run; Errc::usage when `to` holds a run already; Errc::io;
// Errc::disk_full.
[[nodiscard]] Result<RepairReport> repair_journal(Storage& storage,
                                                  const std::filesystem::path& run,
                                                  const std::filesystem::path& to,
                                                  const Copyist& copyist);

}  // namespace assay::journal
