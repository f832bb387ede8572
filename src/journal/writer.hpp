#pragma once

// The group-commit writer: one thread appends, syncs once per group, and only then says that
// records are durable. Loops hand records over through a bounded queue; formatting is done here,
// not on the loops.
//
//   auto writer = JournalWriter::open(storage, run, opening, options, events);
//   if (!(*writer)->has_room()) ...                         // full, or failed: send nothing new
//   auto ticket = (*writer)->try_push(batch);               // all or nothing
//   ... events.on_durable(t): every record with a ticket <= t is on disk
//   status = (*writer)->finish(Ending::sealed);
//
// After a failure (EIO, ENOSPC, EDQUOT, a sync that failed) nothing more is admitted, on_failed is
// called once, and the process should end with the error; a later run resumes.

#include "assay/result.hpp"
#include "journal/appender.hpp"
#include "journal/record.hpp"
#include "journal/record_queue.hpp"
#include "journal/storage.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace assay::journal {

enum class Ending : std::uint8_t {
  sealed,    // a clean end: everything that was to be done has an outcome
  unsealed,  // stopped before that
};

struct WriterOptions {
  // A record waits at most this long, or until this much is queued, before its group is written.
  // Source: design.md, section 4.
  std::chrono::milliseconds window{50};
  std::size_t group_bytes = 1 << 20;
  // What may wait in the queue; beyond it has_room() is false. Source: reliability.md, fsync
  // discipline.
  std::size_t queue_bytes_max = 8 << 20;
  AppenderOptions appender{};
};

// Called on the writer's thread: post to a loop, do not work here.
struct WriterEvents {
  std::function<void(Ticket up_to)> on_durable;
  std::function<void(const Error&)> on_failed;
};

class JournalWriter {
 public:
  // Verifies what the journal holds, opens the next segment and starts the thread. The caller holds
  // the run directory's lock. `storage` outlives the writer.
  // Errors: Errc::damaged (repair first), Errc::disk_full, Errc::io.
  [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> open(Storage& storage,
                                                                   const std::filesystem::path& run,
                                                                   const Opening& opening,
                                                                   const WriterOptions& options,
                                                                   WriterEvents events);

  // Ends as finish(Ending::unsealed) does, if that was not called.
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // From any thread. False when the queue is full or the writer has failed or ended.
  [[nodiscard]] bool has_room() const;

  // From any thread. Takes the whole batch, leaves it empty and gives the ticket of its last
  // record; or takes nothing. A batch larger than the queue is taken when the queue is empty.
  [[nodiscard]] std::optional<Ticket> try_push(std::vector<Record>& batch,
                                               Urgency urgency = Urgency::grouped);

  // Writes out what is queued, seals if asked, ends the thread, frees the reserve.
  // Errors: the failure, now or earlier.
  [[nodiscard]] Status finish(Ending ending);

  // The failure, if there was one.
  [[nodiscard]] Status status() const;

 private:
  class Impl;
  explicit JournalWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::journal
