#pragma once

// Appends groups of records to the journal of a run, synchronously: the part of the writer that
// decides about bytes, without its thread. One at a time per run; the caller holds the lock.
//
// A segment is made under a temporary name, with its header and the tail of the one before it that
// no later line vouches for, synced, and renamed: so its header never voids records that are not
// safe in it.

#include "assay/result.hpp"
#include "journal/chain.hpp"
#include "journal/record.hpp"
#include "journal/storage.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace assay::journal {

struct AppenderOptions {
  Detail detail = Detail::standard;
  // A segment is closed at the first group that ends beyond this.
  std::uint64_t segment_bytes_max = 256ull << 20;
  // Held back on disk so that a full disk still takes the last records. Source: reliability.md.
  std::uint64_t reserve_bytes = 16ull << 20;
};

// What every segment's header says.
struct Opening {
  RunId run;
  ContentKey config_digest;
  ContentKey data_digest;
  std::string version;
  // The time of day, for the header and the seal.
  std::function<WallTime()> clock;
  // Called when a segment is durable under its name, before it is used: the manifest notes it, so
  // that its loss would show. May be empty.
  std::function<Status(std::uint64_t segment)> on_segment;
};

class Appender {
 public:
  // Verifies the journal in `run`/journal and opens its next segment.
  // Errors: Errc::damaged, Errc::disk_full, Errc::io.
  [[nodiscard]] static Result<Appender> open(Storage& storage,
                                             const std::filesystem::path& run,
                                             Opening opening,
                                             const AppenderOptions& options);
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) noexcept;
  ~Appender();

  // Appends the records as one group and syncs. Empty groups do nothing.
  //
  // Errors: after one, nothing may be appended, unless `saved`: the disk was full, the reserve was
  // freed, the records of this very call are safe in a further segment, and the last words may
  // follow.
  struct Failed {
    Error error;
    bool saved = false;
  };
  [[nodiscard]] std::expected<void, Failed> append(std::span<const Record> records);

  // Appends a group of payloads (chain.hpp) of another journal, and syncs. Errors: after one,
  // nothing may be appended.
  [[nodiscard]] Status append_payloads(const std::vector<std::string>& payloads);

  // Writes the seal. Nothing may be appended after it.
  [[nodiscard]] Status seal();

  // Closes the segment and frees the reserve.
  [[nodiscard]] Status close();

  // Bytes of the current segment known to be synced.
  [[nodiscard]] std::uint64_t durable() const;
  [[nodiscard]] std::uint64_t segment() const;

 private:
  struct State;
  explicit Appender(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay::journal
