#pragma once

// What a person sees while a run is going on, from values: no terminal, no clock here.

#include "assay/money.hpp"
#include "assay/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::monitor {

// Where a run stands. Items are (row, policy) pairs; each is counted once, however often it was
// tried.
struct Progress {
  std::string stage = "score";
  std::uint64_t items_total = 0;  // that this session has to do
  std::uint64_t items_done = 0;   // of items_total: on disk, with a value or a final failure
  std::uint64_t items_before =
      0;                      // done by earlier sessions of the run, or joined to identical work
  std::uint64_t missing = 0;  // of items_done: final failures
  std::uint64_t retried = 0;  // attempts after the first
  std::uint64_t in_flight = 0;
  std::uint64_t in_flight_max = 0;
  std::uint64_t policies = 0;
  NanoUsd spent;
  std::optional<NanoUsd> cap;
  bool priced = false;   // false: no price known, money is not shown
  std::string bound_by;  // what limits the rate now; empty: nothing known
};

// The pace of the last seconds, so that a stall or a speed-up shows at once.
class RateMeter {
 public:
  // `done` never falls, `now` never goes back.
  void observe(std::uint64_t done, Instant now);
  // Items per second over the window; nothing before two observations at different times.
  [[nodiscard]] std::optional<double> per_second() const;

 private:
  struct Mark {
    Instant at;
    std::uint64_t done;
  };
  std::vector<Mark> marks_;  // oldest first, spanning about ten seconds
};

// Two lines for a terminal of `columns` columns (shortened from the right, never wrapped).
[[nodiscard]] std::vector<std::string> progress_lines(const Progress& progress,
                                                      std::optional<double> per_second,
                                                      std::size_t columns);

// One line for a log file.
[[nodiscard]] std::string progress_line(const Progress& progress, std::optional<double> per_second);

}  // namespace assay::monitor
