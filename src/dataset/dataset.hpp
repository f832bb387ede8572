#pragma once

// Samples from files, in data-set order, in constant memory.

#include "assay/sample.hpp"
#include "dataset/listing.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::dataset {

// Both ends included.
struct ScoreRange {
  double low = 0;
  double high = 1;
};

// What the rows are for. An estimate can use a draw of which only the scores are left; scoring
// needs its texts.
enum class Use : std::uint8_t { score, estimate };

struct ReadOptions {
  Use use = Use::score;
  std::optional<ScoreRange> score_range;  // judge scores, labels, rewards outside make a bad row;
                                          // empty: any finite number
};

// A row longer than this is bad, and skipped to its end without being held.
inline constexpr std::size_t row_bytes_max = 16u << 20;

// The rows of `files`, one file after another. `Sample::row` counts over all files, from 0, bad
// rows included.
//
// A row is bad, with file, line and reason, when it is not one JSON object in UTF-8 to its end,
// lacks a field its format requires, or has a field we read twice, of the wrong type, or out of
// range. Nothing is guessed or repaired. Blank lines and a byte-order mark at the start of a file
// are passed over; CRLF is a line's end. An empty response is a row: whether it can be scored is
// the scorer's question.
//
// Memory: the longest row and a block of 1 MiB.
// Errors: Errc::input when a file is missing or no regular file, Errc::io.
[[nodiscard]] Result<std::unique_ptr<SampleSource>> open_files(const std::vector<DataFile>& files,
                                                               const ReadOptions& options = {});

}  // namespace assay::dataset
