#pragma once

// A run with a journal of outcomes like those of a real run, 350 bytes a line.

#include "journal/record.hpp"
#include "support/temp_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace assay::bench {

// The outcome of row `row`: values vary as real ones do, every 50th is a failure.
[[nodiscard]] journal::ScoreRecord made_record(std::uint64_t row);

// Made in a temporary directory that goes with it.
class MadeJournal {
 public:
  explicit MadeJournal(std::uint64_t records);

  [[nodiscard]] const std::filesystem::path& run() const { return folder_.path(); }
  // All segments' lines, one after the other; each ends in '\n'.
  [[nodiscard]] std::string text() const;

 private:
  test::TempDirectory folder_;
};

// The lines of a text, without their newlines.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace assay::bench
