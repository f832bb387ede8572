#pragma once

#include "dataset/file_rows.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace assay::dataset::test {

// Bytes that never were in a file, handed out at most `block` at a time.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string bytes, std::size_t block = 7)
      : bytes_(std::move(bytes)), block_(block) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min({into.size(), block_, bytes_.size() - at_});
    std::copy_n(bytes_.data() + at_, count, into.data());
    at_ += count;
    return count;
  }
  Status rewind() override {
    at_ = 0;
    return {};
  }

 private:
  std::string bytes_;
  std::size_t block_;
  std::size_t at_ = 0;
};

[[nodiscard]] inline std::unique_ptr<ByteSource> in_memory(std::string bytes,
                                                           std::size_t block = 7) {
  return std::make_unique<MemorySource>(std::move(bytes), block);
}

// All rows of one file named "data.jsonl".
[[nodiscard]] inline std::vector<Row> rows_of(std::string text,
                                              Format format = Format::automatic,
                                              const ReadOptions& options = {},
                                              std::string policy = {}) {
  const DataFile file{"data.jsonl", "data", std::move(policy), format};
  FileRows rows(file, in_memory(std::move(text)), options);
  std::vector<Row> all;
  for (;;) {
    const auto row = rows.next();
    if (!row || *row == nullptr) return all;
    all.push_back(**row);
  }
}

// The reason why the only row is bad; empty when it is good.
[[nodiscard]] inline std::string reason_of(std::string text,
                                           Format format = Format::automatic,
                                           const ReadOptions& options = {}) {
  const auto rows = rows_of(std::move(text), format, options);
  if (rows.size() != 1) return "not one row";
  return rows[0] ? std::string() : rows[0].error().reason;
}

}  // namespace assay::dataset::test
