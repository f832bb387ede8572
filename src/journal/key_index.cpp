#include "journal/key_index.hpp"

#include <optional>

namespace assay::journal {

WorkIndexBuilder::WorkIndexBuilder(const std::filesystem::path& folder, SortOptions options)
    : items_(folder, options), done_(folder, options) {}

Status WorkIndexBuilder::add_item(const ContentKey& key) {
  return items_.add({.key = key, .ordinal = count_++});
}

void WorkIndexBuilder::add_unusable() {
  ++count_;
  ++unusable_;
}

Status WorkIndexBuilder::add_done(const ContentKey& key) {
  return done_.add(key);
}

Result<WorkIndex> WorkIndexBuilder::build() && {
  if (Status sorted = items_.sort(); !sorted) return std::unexpected(sorted.error());
  if (Status sorted = done_.sort(); !sorted) return std::unexpected(sorted.error());
  WorkIndex index{.to_do = Bitmap(count_), .items = count_, .unusable = unusable_};
  auto done = done_.next();
  std::optional<ContentKey> current;
  for (;;) {
    const auto item = items_.next();
    if (!item) return std::unexpected(item.error());
    if (!*item) return index;
    if (current == (*item)->key) continue;  // asked for already, by an earlier row
    current = (*item)->key;
    ++index.distinct;
    while (done && *done && **done < *current) done = done_.next();
    if (!done) return std::unexpected(done.error());
    if (*done && **done == *current) {
      ++index.done;
    } else {
      index.to_do.set((*item)->ordinal);
    }
  }
}

}  // namespace assay::journal
