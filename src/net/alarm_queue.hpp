#pragma once

#include "assay/time.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace assay::net {

class AlarmQueue;

// Something with deadlines. Deadlines mostly move later (each answer pushes them on), so an alarm
// is not moved then: it rings early, its owner looks at its real deadlines and sets it again. A
// request thus costs no queue operation.
class Alarm {
 public:
  Alarm() = default;
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  virtual ~Alarm();

  // The alarm's time came, or an earlier one that was set before. It is not set any more.
  virtual void ring(Instant now) = 0;

 private:
  friend class AlarmQueue;
  static constexpr std::size_t not_set = static_cast<std::size_t>(-1);
  AlarmQueue* queue_ = nullptr;  // while it is set, or about to ring
  std::size_t place_ = not_set;  // in the queue's heap
};

// The alarms of one loop, a binary heap. Knows no clock. Alarms may be destroyed while set; the
// queue outlives them.
class AlarmQueue {
 public:
  // Sees to it that `alarm` rings no later than `due`; one that is set for earlier stays as it is.
  // O(log n) when moved.
  void set(Alarm& alarm, Instant due);
  void cancel(Alarm& alarm);

  [[nodiscard]] std::optional<Instant> next() const;

  // Rings, in order, each alarm due by `now`. Those set meanwhile for a time not after `now` ring
  // in the next call.
  void ring_due(Instant now);

 private:
  struct Entry {
    Instant due;
    Alarm* alarm;
  };
  void put(std::size_t place, Entry entry);
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);
  void remove(std::size_t place);

  std::vector<Entry> heap_;
  std::vector<Alarm*>
      ringing_;  // taken out by the ring_due() under way; null when cancelled meanwhile
};

}  // namespace assay::net
