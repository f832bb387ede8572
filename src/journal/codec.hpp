#pragma once

// Records to JSON and back. Pure. One of the two places where a number may enter the program: a
// Score is made through Certificate::Draft::issue and LogProb::from_nats only.

#include "assay/result.hpp"
#include "journal/record.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay::journal {

// Appends the record as the inside of a JSON object (`"type":"score",...`), what `detail` allows.
// One line of UTF-8 JSON, whatever the record's texts hold; TokenDetail's arrays are taken as they
// are when they have an array's shape, since the parse of the answer has validated them.
void append_payload(std::string& out, const Record& record, Detail detail);

// Parses lines; keeps its buffers between calls.
enum class LineDepth : std::uint8_t;  // score_line.hpp

class Decoder {
 public:
  Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  // The record of a whole line (sum already checked by whoever read it). Strict: the whole document
  // must be JSON in UTF-8, no field we read may be doubled, absent or of another kind, no score may
  // lack its proof. Fields we do not know are ignored, so that later versions may add some.
  // Errors: Errc::damaged naming the field.
  [[nodiscard]] Result<Record> decode(std::string_view line);

  // The same into `record`, in the memory of the score that it holds. On an error it is as it was.
  [[nodiscard]] Status decode(std::string_view line, std::optional<Record>& record);

  // The same of a line whose values are asked for and no more: the tokens' lists, and what stands
  // behind them, may be left out, vouched for by the line's sum alone.
  [[nodiscard]] Status decode_values(std::string_view line, std::optional<Record>& record);

  // The same, always by the JSON parser: what score_line.hpp is held against.
  [[nodiscard]] Result<Record> decode_any(std::string_view line);

 private:
  [[nodiscard]] Status decode(std::string_view line,
                              LineDepth depth,
                              std::optional<Record>& record);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay::journal
