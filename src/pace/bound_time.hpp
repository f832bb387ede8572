#pragma once

#include "assay/time.hpp"
#include "pace/binding.hpp"

#include <string>
#include <vector>

namespace assay::pace {

// For how long each limit held a loop back.
class BoundTime {
 public:
  explicit BoundTime(Instant now) : since_(now) {}

  // `binding` holds from now on, until it is said otherwise.
  void on_binding(const Binding& binding, Instant now);
  // The same of another loop; its time counts beside ours.
  void add(const BoundTime& other);

  struct Share {
    std::string limit;  // as to_text says it; "nothing" when nothing did
    double share = 0;   // of all the time; they add up to 1
  };
  // The largest first; empty before any time has passed.
  [[nodiscard]] std::vector<Share> shares() const;

 private:
  struct Held {
    Binding by;
    Duration time{};
  };
  void count(const Binding& by, Duration time);

  Binding present_;
  Instant since_;
  std::vector<Held> held_;  // a handful
};

}  // namespace assay::pace
