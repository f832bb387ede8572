#pragma once

#include "assay/time.hpp"
#include "pace/ids.hpp"
#include "pace/limits.hpp"
#include "pace/pacer.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace assay::pace {

// What earlier sessions of a run sent lately, as its journal tells, so that the limiters of a
// resumed run go on where they stood: a restart gains no fresh window.
//
// A journal names only what was answered. What was on its way when a process was killed is taken
// for as much as may have been in flight, sent just now. Records that say no time (detail level
// `minimal`) may be of any time: then all of the limits count as used by then.
//
// Memory: about 60 bytes per second in which something was sent, of the last day.
class PastSends {
 public:
  explicit PastSends(std::size_t endpoints) : past_(endpoints) {}

  // A record of the journal, in its order. `at` is when its outcome was known.
  struct Outcome {
    EndpointId endpoint;
    std::int64_t requests = 1;
    std::int64_t tokens = 0;
    WallTime at{};  // the epoch: not said
    Duration latency{};
  };
  void add(const Outcome& outcome);
  // A session lived at that time; another began; this one ended with nothing in flight or dropped.
  void on_alive(WallTime at);
  void on_start() { clean_ = false; }
  void on_clean_end(WallTime at);

  // For Pacer::restore.
  [[nodiscard]] std::vector<Pacer::PastSend> of(EndpointId endpoint,
                                                const EndpointTerms& terms,
                                                WallTime now) const;

 private:
  struct Second {
    std::int64_t requests = 0;
    std::int64_t tokens = 0;
    WallTime newest{};
  };
  struct Past {
    std::map<std::int64_t, Second> seconds;
    std::int64_t answers = 0;
    std::int64_t tokens = 0;
    double busy_seconds = 0;  // sum of latencies
    WallTime first{};
    WallTime last{};
    bool undated = false;
  };
  [[nodiscard]] static Pacer::PastSend in_flight(const Past& past, const EndpointTerms& terms);

  std::vector<Past> past_;
  WallTime alive_at_{};
  bool clean_ = true;
};

}  // namespace assay::pace
