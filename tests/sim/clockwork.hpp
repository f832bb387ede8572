#pragma once

#include <assay/time.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace assay::sim {

// Simulated time: things happen in the order of their instants, and of their making among equals.
class Clockwork {
 public:
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] bool empty() const { return events_.empty(); }

  void at(Instant when, std::function<void()> what) {
    events_.push({std::max(when, now_), made_++, std::move(what)});
  }
  void after(Duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }

  // Lets the next thing happen; it must exist.
  void step() {
    Event event = std::move(const_cast<Event&>(events_.top()));  // popped right after
    events_.pop();
    now_ = event.when;
    event.what();
  }

 private:
  struct Event {
    Instant when;
    std::uint64_t number;
    std::function<void()> what;
    friend bool operator>(const Event& a, const Event& b) {
      return std::pair(a.when, a.number) > std::pair(b.when, b.number);
    }
  };
  Instant now_{};
  std::uint64_t made_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace assay::sim
