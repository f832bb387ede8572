#pragma once

// How much the planned work is, before anything is sent.

#include "crawl/run_spec.hpp"
#include "crawl/work_plan.hpp"

#include <cstdint>
#include <vector>

namespace assay::crawl {

// What is to be done under one policy, at its preferred endpoint.
struct PolicyWork {
  std::uint64_t items = 0;      // to be sent
  std::uint64_t requests = 0;   // for them, at most: some methods take several each
  std::uint64_t canaries = 0;   // of the requests: known rounds, none for time that passes
  std::uint64_t unsent = 0;     // to be recorded as failures without sending
  std::int64_t text_bytes = 0;  // of the rendered texts
  TokenBound bound;             // what the budget reserves for all of them
  TokenCount largest;           // bound of the largest one
};

// One entry per policy. Renders every text to do: some microseconds each; fixed memory.
// Errors: those of the source.
[[nodiscard]] Result<std::vector<PolicyWork>> measure_work(const RunSpec& spec,
                                                           SampleSource& samples,
                                                           journal::Bitmap to_do);

// What answers of the run's earlier sessions say about the rest: tokens per byte of rendered text,
// and how long an answer takes. From at most usage_answers_max of the first rows.
struct ObservedUsage {
  std::uint64_t answers = 0;  // with usage
  std::int64_t tokens = 0;
  std::int64_t bytes = 0;
  std::uint64_t timed = 0;  // answers with a latency
  Duration latency{};       // their sum
};
inline constexpr std::size_t usage_answers_max = 4'096;
[[nodiscard]] Result<ObservedUsage> observe_usage(journal::Storage& storage,
                                                  const RunSpec& spec,
                                                  SampleSource& samples);

}  // namespace assay::crawl
