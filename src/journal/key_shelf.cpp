#include "journal/key_shelf.hpp"

#include "journal/xxh3.hpp"

namespace assay::journal {
namespace {

// Of all that a content key takes from a sample. Each field's digest seeds the next one's, so that
// ("ab", "c") and ("a", "bc") differ.
std::uint64_t digest_of_text(const Sample& sample) {
  std::uint64_t digest = xxh3(sample.prompt, sample.messages.size());
  for (const Message& message : sample.messages) {
    digest = xxh3(message.content, xxh3(message.role, digest));
  }
  return xxh3(sample.finish_reason, xxh3(sample.response, digest));
}

}  // namespace

Status KeyShelf::add_row(const Row& row) {
  return texts_.add(row ? digest_of_text(*row) : 0);
}

Status KeyShelf::add(std::uint64_t item, const ContentKey& key) {
  while (keys_.size() < item) {
    if (Status added = keys_.add({}); !added) return added;
  }
  return keys_.add(key);
}

ShelfReader::ShelfReader(const KeyShelf* shelf) {
  if (shelf == nullptr) return;
  texts_.emplace(shelf->texts_);
  keys_.emplace(shelf->keys_);
}

void ShelfReader::start_row(std::uint64_t row, const Sample& sample) {
  if (!texts_) return;
  const std::uint64_t* const known = texts_->find(row);
  row_is_same_ = known != nullptr && *known == digest_of_text(sample);
}

const ContentKey* ShelfReader::find(std::uint64_t item) {
  return keys_ && row_is_same_ ? keys_->find(item) : nullptr;
}

}  // namespace assay::journal
