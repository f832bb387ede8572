#pragma once

// Which of the planned work is still to be done: de-duplication and resume, by content key, in
// fixed memory plus one bit per item. Keys are sorted on disk when they do not fit.
//
//   WorkIndexBuilder builder(run.path(), {});
//   for each row, for each policy: builder.add_item(key)   // ordinal = number of earlier calls
//   for each journal record that settles its key: builder.add_done(record.key)
//   auto index = std::move(builder).build();
//   for (i = index->to_do.next_set(0); i < index->items; i = index->to_do.next_set(i + 1)) ...

#include "assay/content_key.hpp"
#include "assay/result.hpp"
#include "journal/bitmap.hpp"
#include "journal/external_sort.hpp"

#include <cstdint>
#include <filesystem>

namespace assay::journal {

struct WorkIndex {
  Bitmap to_do;                // the first item of each key that nothing has settled
  std::uint64_t items = 0;     // add_item and add_unusable together
  std::uint64_t unusable = 0;  // items without work
  std::uint64_t distinct = 0;  // keys among the items
  std::uint64_t done = 0;      // of those, settled already
};

class WorkIndexBuilder {
 public:
  // `folder` takes the spilled parts, as a file without a name.
  explicit WorkIndexBuilder(const std::filesystem::path& folder, SortOptions options = {});

  // The next item in data-set order. Errors: Errc::io, Errc::disk_full.
  [[nodiscard]] Status add_item(const ContentKey& key);
  // An item that keeps its ordinal but has no work: a bad row.
  void add_unusable();
  // A key that needs no more work: proved, or failed for good. In any order, any number of times.
  [[nodiscard]] Status add_done(const ContentKey& key);

  [[nodiscard]] Result<WorkIndex> build() &&;

 private:
  struct Item {
    ContentKey key;
    std::uint64_t ordinal;
    friend auto operator<=>(const Item&, const Item&) = default;
  };
  ExternalSorter<Item> items_;
  ExternalSorter<ContentKey> done_;
  std::uint64_t count_ = 0;
  std::uint64_t unusable_ = 0;
};

}  // namespace assay::journal
