#pragma once

#include <atomic>
#include <cstdint>

namespace assay::crawl {

// What the loops of a run have done in this session. Written by the loops, read by whoever shows
// progress. scored + failed = outcomes that are on disk or on their way there.
struct RunCounters {
  std::atomic<std::uint64_t> scored{0};     // outcomes with a value
  std::atomic<std::uint64_t> failed{0};     // final failures, refused_unsent included
  std::atomic<std::uint64_t> requests{0};   // sent
  std::atomic<std::uint64_t> retries{0};    // part of requests: not an item's first
  std::atomic<std::uint64_t> in_flight{0};  // requests now
  // Canaries are no outcomes. Those with a value, and those that ended without one.
  std::atomic<std::uint64_t> canaries{0};
  std::atomic<std::uint64_t> canaries_unscored{0};
};

}  // namespace assay::crawl
