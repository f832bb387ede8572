#pragma once

// One line of a file becomes rows: a sample, a reason why not, or (lm-eval) several of these.

#include "assay/sample.hpp"
#include "dataset/dataset.hpp"
#include "dataset/fields.hpp"
#include "dataset/line_reader.hpp"

#include <simdjson.h>

#include <string>
#include <vector>

namespace assay::dataset {

class RowParser {
 public:
  RowParser(DataFile file, const ReadOptions& options);

  // Appends the rows of `line`; `index` counts the lines that held rows so far, from 0. Ordinals
  // (Row::row) are the caller's to set.
  void parse(const Line& line, std::uint64_t index, std::vector<Row>& rows);

  // Decided once the first good row was seen.
  [[nodiscard]] const DataFile& file() const { return file_; }

 private:
  [[nodiscard]] BadRow bad(const Line& line, std::string id, std::string_view reason) const;
  void parse_object(const Line& line,
                    const Fields& fields,
                    std::uint64_t index,
                    std::vector<Row>& rows);

  DataFile file_;
  ReadOptions options_;
  simdjson::dom::parser parser_;
};

// The format whose rows look like this.
[[nodiscard]] Format detect(const Fields& fields);

}  // namespace assay::dataset
