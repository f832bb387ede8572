#include "dataset/file_rows.hpp"

#include <fmt/format.h>

#include <utility>

namespace assay::dataset {

FileRows::FileRows(const DataFile& file,
                   std::unique_ptr<ByteSource> source,
                   const ReadOptions& options)
    : lines_(std::move(source)), parser_(file, options) {}

Result<Row*> FileRows::next() {
  while (given_ == pending_.size()) {
    pending_.clear();
    given_ = 0;
    const auto line = lines_.next();
    if (!line) {
      // A failed read names its path already.
      const Error& error = line.error();
      if (error.code == Errc::io) return std::unexpected(error);
      return fail(error.code, fmt::format("{} {}", file().path, error.detail));
    }
    if (!*line) return nullptr;
    parser_.parse(**line, index_++, pending_);
  }
  return &pending_[given_++];
}

}  // namespace assay::dataset
