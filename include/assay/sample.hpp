#pragma once

#include "assay/log_prob.hpp"
#include "assay/result.hpp"

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay {

struct Message {
  std::string role;
  std::string content;
  friend bool operator==(const Message&, const Message&) = default;
};

// Log-probabilities that the data set already holds. `nullopt` under a policy's name is "given as
// null": missing.
struct RecordedLogProbs {
  std::optional<LogProb> base;
  bool base_given = false;  // the row has the field, be it null
  std::map<std::string, std::optional<LogProb>, std::less<>> target;
};

// One row of the data set. (row) is its identity; ids may repeat across sources.
struct Sample {
  std::uint64_t row = 0;  // ordinal over the whole data set, from 0
  std::string id;
  std::string source;  // "logged_data", "fresh_draws/clone", or the file's stem
  std::uint32_t draw_idx = 0;
  std::string prompt;             // used when messages is empty
  std::vector<Message> messages;  // used when not empty
  std::string response;
  std::string finish_reason;  // why the response ended, as its writer said; empty: not given

  std::optional<double> judge_score;
  std::optional<double> oracle_label;
  std::optional<double> reward;
  std::optional<std::int64_t> response_token_count;
  RecordedLogProbs recorded;
};

// A row that cannot be used: reported, never guessed at and never dropped in silence.
struct BadRow {
  std::uint64_t row = 0;  // its ordinal: a bad row keeps its place
  std::string id;         // empty when the row has none that can be read
  std::string source;
  std::string file;
  std::uint64_t line = 0;  // from 1
  std::string reason;      // names the field and one fix
};

using Row = std::expected<Sample, BadRow>;

// Rows in data-set order, one at a time, constant memory.
class SampleSource {
 public:
  virtual ~SampleSource() = default;

  // The next row, good or bad; nullptr at the end. Valid until the next call.
  // Errors: Errc::io, or Errc::input when a file as a whole cannot be read on.
  [[nodiscard]] virtual Result<const Row*> next() = 0;

  // Back to the first row.
  [[nodiscard]] virtual Status rewind() = 0;
};

}  // namespace assay
