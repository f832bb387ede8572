#include "journal/key_index.hpp"

#include <optional>

namespace assay::journal {

WorkIndexBuilder::WorkIndexBuilder(const std::filesystem::path& folder,
                                   SortOptions options,
                                   Scope scope)
    : items_(folder, options), recorded_(folder, options), scope_(scope) {}

Status WorkIndexBuilder::add_item(std::uint64_t ordinal, const ContentKey& key) {
  ++count_;
  return items_.add({.key = key, .ordinal = ordinal});
}

void WorkIndexBuilder::add_unusable() {
  ++count_;
  ++unusable_;
}

Status WorkIndexBuilder::add_outcome(const ContentKey& key, Standing standing) {
  return recorded_.add(
      {.key = key, .place = 4 * outcomes_++ + static_cast<std::uint64_t>(standing)});
}

// Moves on to `key`, which grows from call to call, and over all that was recorded of it.
Result<std::optional<Standing>> WorkIndexBuilder::standing_of(const ContentKey& key) {
  std::optional<Standing> standing;
  while (next_recorded_ && next_recorded_->key <= key) {
    if (next_recorded_->key == key && standing != Standing::proved)
      standing = static_cast<Standing>(next_recorded_->place % 4);
    auto next = recorded_.next();
    if (!next) return std::unexpected(next.error());
    next_recorded_ = *next;
  }
  return standing;
}

Result<WorkIndex> WorkIndexBuilder::build() && {
  if (Status sorted = items_.sort(); !sorted) return std::unexpected(sorted.error());
  if (Status sorted = recorded_.sort(); !sorted) return std::unexpected(sorted.error());
  WorkIndex index{.to_do = Bitmap(count_), .items = count_, .unusable = unusable_};
  auto first = recorded_.next();
  if (!first) return std::unexpected(first.error());
  next_recorded_ = *first;
  std::optional<ContentKey> current;
  for (;;) {
    const auto item = items_.next();
    if (!item) return std::unexpected(item.error());
    if (!*item) return index;
    if (current == (*item)->key) continue;  // asked for already, by an earlier row
    current = (*item)->key;
    ++index.distinct;
    const auto standing = standing_of(*current);
    if (!standing) return std::unexpected(standing.error());
    if (*standing && **standing != Standing::reopened) {
      ++index.done;
    } else if (!*standing && scope_ == Scope::reopened) {
      ++index.left_out;
    } else {
      index.to_do.set((*item)->ordinal);
    }
  }
}

}  // namespace assay::journal
