#pragma once

// Reads a journal and checks every sum. Bounded memory: one block, or one line where that is
// longer. A run may be read while it is being written: what stands behind the last whole line then
// looks like a torn tail.
//
//   auto reader = JournalReader::open(posix_storage(), run);
//   for (;;) {
//     auto record = reader->next();
//     if (!record) return fail(record.error());    // damaged: use nothing of what came before
//     if (*record == nullptr) break;
//     ...
//   }
//   reader->report()                               // torn tails, sealed or not
//
// Damage and torn tail are told apart as FORMAT.md says.

#include "assay/result.hpp"
#include "journal/codec.hpp"
#include "journal/segment_map.hpp"
#include "journal/storage.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::journal {

struct SegmentReport {
  std::uint64_t number = 0;
  std::filesystem::path path;
  bool is_void = false;           // its header was torn: nothing of it counts
  std::uint64_t bytes = 0;        // of the file when it was read
  std::uint64_t bytes_valid = 0;  // bytes - bytes_valid are void: a torn tail, or cut by a resume
  std::uint64_t lines = 0;        // valid ones, with the header
  std::uint64_t lines_lost = 0;   // whole lines in the torn tail
  bool is_closed = false;         // a later header says how much of it is valid
};

struct JournalReport {
  std::optional<RunId> run;
  std::vector<SegmentReport> segments;  // in order
  bool is_sealed = false;               // the last record is a seal
  std::optional<Damage> damage;
  std::uint64_t lines = 0;
  std::uint64_t bytes_valid = 0;

  // Bytes and whole lines behind the last valid line of the open segment.
  [[nodiscard]] std::uint64_t torn_bytes() const;
  [[nodiscard]] std::uint64_t torn_lines() const;
};

// Where a resume goes on: the last good segment, up to what it states as durable.
struct JournalEnd {
  std::uint64_t segment = 0;      // the last good one
  std::uint64_t durable = 0;      // its bytes known to be synced
  std::uint64_t durable_sum = 0;  // of the last line before `durable`
  std::uint64_t next_seq = 0;     // of the line after it
  std::uint64_t valid = 0;        // its bytes that verify, >= durable; a seal left out
};

// A line that verified, without its newline. Valid until the next call.
struct VerifiedLine {
  std::string_view text;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
};

class JournalReader {
 public:
  // `run` is the run directory. A run whose journal is still empty has no lines; segments that do
  // not fit together are damage that the first next_* tells.
  // Errors: Errc::io; Errc::damaged when run.json cannot be read.
  [[nodiscard]] static Result<JournalReader> open(Storage& storage,
                                                  const std::filesystem::path& run);
  JournalReader(JournalReader&&) noexcept;
  JournalReader& operator=(JournalReader&&) noexcept;
  ~JournalReader();

  // The next record, headers and seals included; nullptr at the end. Valid until the next call.
  // Errors: Errc::damaged with segment and offset (and again on every later call); Errc::io.
  [[nodiscard]] Result<const Record*> next();

  // The same as text, checked but not parsed; empty at the end.
  [[nodiscard]] Result<std::optional<VerifiedLine>> next_line();

  // The same as many whole lines at once (each ends in '\n'), checked but not parsed; empty at the
  // end. The fastest way through.
  [[nodiscard]] Result<std::string_view> next_block();

  // What has been seen so far; whole once a next_* has said "end" or Errc::damaged.
  [[nodiscard]] const JournalReport& report() const;

  // Where to go on; nothing when there is no good segment. Whole after the end.
  [[nodiscard]] std::optional<JournalEnd> end() const;

  // A segment number above every one in use.
  [[nodiscard]] std::uint64_t next_segment() const;

 private:
  struct State;
  explicit JournalReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Reads to the end and checks every sum, without parsing. Damage is in the report, not an Error.
[[nodiscard]] Result<JournalReport> verify_journal(Storage& storage,
                                                   const std::filesystem::path& run);

// Reads single records by the place of their line, in any order: for joins. The line's sum is not
// checked again (a reader checked it when it gave the place), but its text must still decode.
struct LinePlace {
  std::uint64_t offset = 0;
  std::uint32_t segment = 0;
  std::uint32_t bytes = 0;  // without the newline
};
[[nodiscard]] LinePlace place_of(const VerifiedLine& line);

class LineFetcher {
 public:
  LineFetcher(Storage& storage, std::filesystem::path run);
  LineFetcher(const LineFetcher&) = delete;
  LineFetcher& operator=(const LineFetcher&) = delete;
  ~LineFetcher();

  // Valid until the next call. A record as by Decoder::decode_values: the tokens' lists of a score
  // may be left out. Errors: Errc::io, Errc::damaged.
  [[nodiscard]] Result<const Record*> fetch(LinePlace place);
  [[nodiscard]] Result<std::string_view> fetch_line(LinePlace place);

 private:
  class Blocks;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay::journal
