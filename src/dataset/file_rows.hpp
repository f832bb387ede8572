#pragma once

#include "dataset/byte_source.hpp"
#include "dataset/row_parser.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace assay::dataset {

// The rows of one file.
class FileRows {
 public:
  FileRows(const DataFile& file, std::unique_ptr<ByteSource> source, const ReadOptions& options);

  // The next row, its ordinal not set; nullptr at the end. Valid until the next call. Errors: as
  // SampleSource::next.
  [[nodiscard]] Result<Row*> next();

  [[nodiscard]] const DataFile& file() const { return parser_.file(); }

 private:
  LineReader lines_;
  RowParser parser_;
  std::vector<Row> pending_;  // of the current line
  std::size_t given_ = 0;     // of these
  std::uint64_t index_ = 0;   // lines so far
};

}  // namespace assay::dataset
