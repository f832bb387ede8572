#pragma once

// Which of the planned work is still to be done: de-duplication and resume, by content key, in
// fixed memory plus one bit per item. Keys are sorted on disk when they do not fit.
//
//   WorkIndexBuilder builder(run.path(), {});
//   for each row, for each policy: builder.add_item(ordinal++, key)
//   for each outcome in the journal's order: builder.add_outcome(record.key, standing)
//   auto index = std::move(builder).build();
//   for (i = index->to_do.next_set(0); i < index->items; i = index->to_do.next_set(i + 1)) ...

#include "assay/content_key.hpp"
#include "assay/result.hpp"
#include "journal/bitmap.hpp"
#include "journal/external_sort.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace assay::journal {

struct WorkIndex {
  Bitmap to_do;                // the first item of each key that nothing has settled
  std::uint64_t items = 0;     // add_item and add_unusable together
  std::uint64_t unusable = 0;  // items without work
  std::uint64_t distinct = 0;  // keys among the items
  std::uint64_t done = 0;      // of those, settled already
  std::uint64_t left_out = 0;  // of those, neither: not asked for by this Scope
};

// What a recorded outcome means for its key. A proved value settles it for good; of failures the
// last one counts.
enum class Standing : std::uint8_t {
  proved,
  failed,    // for good
  reopened,  // failed, and to be done again
};

// Which of the unsettled keys are to be done.
enum class Scope : std::uint8_t {
  everything,
  reopened,  // those alone; what was never done waits
};

class WorkIndexBuilder {
 public:
  // `folder` takes the spilled parts, as a file without a name.
  explicit WorkIndexBuilder(const std::filesystem::path& folder,
                            SortOptions options = {},
                            Scope scope = Scope::everything);

  // An item of the data set; each ordinal from 0 on once, in any order. Errors: Errc::io,
  // Errc::disk_full.
  [[nodiscard]] Status add_item(std::uint64_t ordinal, const ContentKey& key);
  // An item that keeps its ordinal, whichever it is, but has no work: a bad row.
  void add_unusable();
  // The next recorded outcome, in the journal's order; any number of one key.
  [[nodiscard]] Status add_outcome(const ContentKey& key, Standing standing);

  [[nodiscard]] Result<WorkIndex> build() &&;

 private:
  struct Item {
    ContentKey key;
    std::uint64_t ordinal;
    friend auto operator<=>(const Item&, const Item&) = default;
  };
  struct Recorded {
    ContentKey key;
    std::uint64_t place;  // four times its number, and the standing: two bits
    friend auto operator<=>(const Recorded&, const Recorded&) = default;
  };
  [[nodiscard]] Result<std::optional<Standing>> standing_of(const ContentKey& key);

  ExternalSorter<Item> items_;
  ExternalSorter<Recorded> recorded_;
  std::optional<Recorded> next_recorded_;  // of recorded_; none at its end
  Scope scope_;
  std::uint64_t count_ = 0;
  std::uint64_t outcomes_ = 0;
  std::uint64_t unusable_ = 0;
};

}  // namespace assay::journal
