#pragma once

// A pass over a whole data set before the first request: is every row good, and which bytes were
// they?

#include "assay/content_key.hpp"
#include "assay/sample.hpp"
#include "dataset/dataset.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay::dataset {

struct FileCount {
  DataFile file;  // its format decided
  std::uint64_t bytes = 0;
  std::uint64_t rows_good = 0;
  std::uint64_t rows_bad = 0;
};

// Rows of one source with the same id and draw_idx.
struct Duplicate {
  std::string source;
  std::string id;
  std::uint32_t draw_idx = 0;
  std::uint64_t row = 0;  // the second of them
};

struct Survey {
  // BLAKE2b-128 over each file's source name and bytes, in order; where the files lie does not
  // enter.
  ContentKey digest;
  std::vector<FileCount> files;
  std::uint64_t rows_good = 0;
  std::uint64_t rows_bad = 0;
  std::vector<BadRow> bad_rows;       // the first listed_max
  bool duplicates_checked = true;     // false beyond duplicates_rows_max rows, to bound memory
  std::uint64_t duplicates = 0;       // rows whose (source, id, draw_idx) came before
  std::vector<Duplicate> duplicated;  // the first listed_max
};
inline constexpr std::size_t listed_max = 20;
inline constexpr std::uint64_t duplicates_rows_max = 16u << 20;  // 128 MiB of 64-bit marks

// Errors: as open_files and SampleSource::next.
[[nodiscard]] Result<Survey> survey(const std::vector<DataFile>& files,
                                    const ReadOptions& options = {});

}  // namespace assay::dataset
