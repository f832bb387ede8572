#include "journal/key_shelf.hpp"

#include "assay/ensure.hpp"
#include "journal/xxh3.hpp"

#include <algorithm>
#include <cstring>

namespace assay::journal {
namespace {

// Of all that a content key takes from a sample. Each field's digest seeds the next one's, so that
// ("ab", "c") and ("a", "bc") differ. Never 0.
std::uint64_t digest_of_text(const Sample& sample, std::uint64_t seed) {
  std::uint64_t digest = xxh3(sample.prompt, seed + sample.messages.size());
  for (const Message& message : sample.messages) {
    digest = xxh3(message.content, xxh3(message.role, digest));
  }
  return xxh3(sample.finish_reason, xxh3(sample.response, digest)) | 1;
}

}  // namespace

ContentKey column_of(const Policy& policy, Method method) {
  return content_key(policy, Sample{}, method);
}

std::vector<ContentKey> columns_of(std::span<const Policy> policies) {
  std::vector<ContentKey> columns;
  for (const Policy& policy : policies) columns.push_back(column_of(policy, policy.method));
  return columns;
}

KeyShelf::KeyShelf(const std::filesystem::path& folder,
                   std::vector<ContentKey> columns,
                   const RunId& run)
    : columns_(std::move(columns)), texts_(folder), keys_(folder) {
  std::memcpy(&seed_, run.bytes.data(), sizeof seed_);
}

Status KeyShelf::add_row(const Row& row) {
  return texts_.add(row ? digest_of_text(*row, seed_) : 0);
}

Status KeyShelf::add(std::uint64_t item, const ContentKey& key) {
  while (keys_.size() < item) {
    if (Status added = keys_.add({}); !added) return added;
  }
  return keys_.add(key);
}

ShelfReader::ShelfReader(const KeyShelf* shelf, std::span<const ContentKey> columns)
    : columns_(columns.size()) {
  if (shelf == nullptr || !std::ranges::equal(shelf->columns_, columns)) return;
  seed_ = shelf->seed_;
  texts_.emplace(shelf->texts_);
  keys_.emplace(shelf->keys_);
}

void ShelfReader::start_row(std::uint64_t row, const Row& content) {
  row_is_same_ = false;
  if (!texts_ || !content) return;
  const std::uint64_t* const known = texts_->find(row);
  row_is_same_ = known != nullptr && *known == digest_of_text(*content, seed_);
  first_item_ = row * columns_;
}

const ContentKey* ShelfReader::find(std::size_t policy) {
  ensure(policy < columns_, "a key is asked for under one of the policies");
  return row_is_same_ ? keys_->find(first_item_ + policy) : nullptr;
}

}  // namespace assay::journal
