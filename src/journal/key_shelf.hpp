#pragma once

// The content keys of a data set's items, from the pass that makes them for those that need them
// again. A key is a digest of its item's whole text, and every run asks for it three times: for the
// plan, for the request and for the join of the results.
//
//   KeyShelf shelf(folder, columns_of(policies));
//   for each row: shelf.add_row(row), and for each policy: shelf.add(item, key)
//   ShelfReader keys(&shelf, columns_of(policies));
//   for each row: keys.start_row(ordinal, row), and for each policy: keys.find(policy)
//
// A data set may be edited while a run goes on. So each row has a digest of its text here, too, a
// quick one; a row whose text is another by then has no keys, and they are made anew. So are all,
// where the policies are others. The digests are seeded by the run, so that no text made beforehand
// has another's; whoever knows the run's id and edits its data is not held off, as by its sums.

#include "assay/content_key.hpp"
#include "assay/policy.hpp"
#include "assay/result.hpp"
#include "assay/sample.hpp"
#include "journal/run_id.hpp"
#include "journal/spilled_array.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace assay::journal {

// All that a key takes from its policy: the key of an empty sample.
[[nodiscard]] ContentKey column_of(const Policy& policy, Method method);
[[nodiscard]] std::vector<ContentKey> columns_of(std::span<const Policy> policies);

// Memory: 128 KiB. On disk 16 bytes an item and 8 a row, once there are more than some thousands.
class KeyShelf {
 public:
  // `folder` takes what does not fit into memory, as files without a name.
  KeyShelf(const std::filesystem::path& folder,
           std::vector<ContentKey> columns,
           const RunId& run = {});

  // The next row of the data set, good or bad. Errors: Errc::io, Errc::disk_full.
  [[nodiscard]] Status add_row(const Row& row);
  // The key of an item, row x policies + policy; they grow, and those of bad rows are left out.
  // Errors: as add_row().
  [[nodiscard]] Status add(std::uint64_t item, const ContentKey& key);

 private:
  friend class ShelfReader;
  std::vector<ContentKey> columns_;    // by policy
  std::uint64_t seed_;                 // of the digests
  SpilledArray<std::uint64_t> texts_;  // by row: the digest of its text; 0, which is none: bad
  SpilledArray<ContentKey> keys_;      // by item
};

class ShelfReader {
 public:
  // The shelf has been filled and outlives this; without one, and where its columns are not these,
  // there are no keys.
  ShelfReader(const KeyShelf* shelf, std::span<const ContentKey> columns);

  // The row whose items are asked for next; a bad one has no keys.
  void start_row(std::uint64_t row, const Row& content);
  // Of the started row under a policy; nothing where it has to be made. Valid until the next call.
  [[nodiscard]] const ContentKey* find(std::size_t policy);

 private:
  std::optional<SpilledArray<std::uint64_t>::Reader> texts_;
  std::optional<SpilledArray<ContentKey>::Reader> keys_;
  std::size_t columns_ = 0;
  std::uint64_t seed_ = 0;
  std::uint64_t first_item_ = 0;  // of the started row
  bool row_is_same_ = false;
};

}  // namespace assay::journal
