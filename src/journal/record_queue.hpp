#pragma once

// What the loops hand to the writer's thread. One of the four things that loops share; thread-safe.

#include "journal/record.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace assay::journal {

// The n-th record accepted since the queue was made, from 1.
using Ticket = std::uint64_t;

enum class Urgency : std::uint8_t {
  grouped,  // waits for the window
  at_once,  // closes the window: leases, last words
};

class RecordQueue {
 public:
  struct Limits {
    std::chrono::milliseconds window;
    std::size_t group_bytes;
    std::size_t bytes_max;  // taken and not yet released, too
  };
  struct Group {
    std::vector<Record> records;
    Ticket last = 0;
    std::size_t bytes = 0;
  };

  explicit RecordQueue(const Limits& limits) : limits_(limits) {}

  [[nodiscard]] bool has_room() const;

  // All of the batch, which is left empty, or nothing. A batch that could never fit is taken when
  // nothing else is held.
  [[nodiscard]] std::optional<Ticket> try_push(std::vector<Record>& batch, Urgency urgency);

  // For the one consumer: waits for a first record, then until the window has passed, a group's
  // bytes are there, one is urgent, or the queue was closed. Empty: closed, and nothing is left.
  [[nodiscard]] std::optional<Group> take();
  void release(std::size_t bytes);  // the group is durable, or given up

  void close();  // admits nothing more; what is queued can still be taken

 private:
  [[nodiscard]] bool fits(std::size_t bytes) const;  // under the lock
  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Record> records_;
  std::size_t queued_bytes_ = 0;
  std::size_t taken_bytes_ = 0;
  Ticket last_ = 0;
  bool urgent_ = false;
  bool closed_ = false;
};

}  // namespace assay::journal
