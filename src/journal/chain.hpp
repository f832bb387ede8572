#pragma once

// The check at the end of every line: `,"sum":"<16 hex>"}`, XXH3-64 over all bytes of the line
// before it, seeded with XXH3-64 of (run id, segment number, the previous line's sum).

#include "journal/hex64.hpp"
#include "journal/run_id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::journal {

// Bytes of `,"sum":"0123456789abcdef"}`.
inline constexpr std::size_t sum_tail_bytes = 26;
inline constexpr std::string_view sum_mark = ",\"sum\":\"";

// Where in the chain of one segment a line stands.
class Chain {
 public:
  Chain(const RunId& run, std::uint64_t segment) : run_(run), segment_(segment) {}

  // The sum of a line whose bytes before `,"sum"` are `body`, after a line with sum `previous`
  // (0 for the header).
  [[nodiscard]] std::uint64_t sum_of(std::string_view body, std::uint64_t previous) const;

 private:
  RunId run_;
  std::uint64_t segment_;
};

// The sum that a line (without newline) states; empty when its end is not `,"sum":"<16 hex>"}`.
[[nodiscard]] inline std::optional<std::uint64_t> stated_sum(std::string_view line) {
  if (line.size() <= sum_tail_bytes) return std::nullopt;
  const std::string_view tail = line.substr(line.size() - sum_tail_bytes);
  if (!tail.starts_with(sum_mark) || !tail.ends_with("\"}")) return std::nullopt;
  return hex64_of(tail.substr(sum_mark.size(), hex_digits));
}

// The bytes that the sum covers. The line states a sum.
[[nodiscard]] inline std::string_view summed_part(std::string_view line) {
  return line.substr(0, line.size() - sum_tail_bytes);
}

// Lines are written here, one after the other.
class LineWriter {
 public:
  LineWriter(const RunId& run, std::uint64_t segment, std::uint64_t next_seq)
      : chain_(run, segment), next_seq_(next_seq) {}

  // Appends `{<payload>,"seq":N,"sum":"..."}\n` to `out`; the payload is the inside of an object,
  // not empty. The first line of a group states the bytes of the segment known to be synced, which
  // is where it stands: `{"durable":N,"after":"<previous sum>",<payload>,...`.
  void append(std::string& out, std::string_view payload, std::optional<std::uint64_t> durable);

  [[nodiscard]] std::uint64_t last_sum() const { return last_sum_; }
  [[nodiscard]] std::uint64_t next_seq() const { return next_seq_; }

 private:
  Chain chain_;
  std::uint64_t last_sum_ = 0;
  std::uint64_t next_seq_;
};

// What the first line of a group states before its payload.
struct GroupStart {
  std::uint64_t durable = 0;
  std::uint64_t after = 0;        // the previous line's sum
  std::size_t payload_begin = 0;  // in the line
};
inline constexpr std::string_view group_mark = "{\"durable\":";
[[nodiscard]] std::optional<GroupStart> group_start_of(std::string_view line);

// What LineWriter was given: the line without braces, durable, after, seq and sum. Empty when the
// line is not shaped like one.
[[nodiscard]] std::string_view payload_of(std::string_view line);

// The line's seq; empty when it has none in its place.
[[nodiscard]] std::optional<std::uint64_t> seq_of(std::string_view line);

}  // namespace assay::journal
