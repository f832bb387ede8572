#pragma once

// What one step of load did to an endpoint, and what a ladder of steps says about it. Pure.
//
// Latency is counted from when a request was due, not from when it went out: where the load is
// open, a request that had to wait because those before it were slow has waited all the same (the
// mistake of leaving that out is known as coordinated omission). Service time is from when it went
// out.

#include "assay/failure.hpp"
#include "assay/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::monitor {

// Instants are since the step began.
struct LoadRequest {
  Duration due;
  Duration sent;
  Duration done;
  std::optional<FailureClass> failure;
  std::int64_t tokens = 0;  // that the provider counted
};

enum class LoadKind : std::uint8_t {
  closed,  // so many requests in flight, the next as soon as one is done
  open,    // so many requests a second, whatever becomes of them
};

struct LoadStep {
  LoadKind kind = LoadKind::closed;
  double asked = 0;  // requests in flight, or requests a second
  Duration span{};   // of sending; > 0
  std::vector<LoadRequest> requests;
  std::uint64_t unsent = 0;    // were due within the span and did not go out
  std::string bound_by;        // what held requests back at the end; empty: nothing
  bool bound_by_rate = false;  // that was a limit on requests or tokens a minute
};

// Of the requests of a step that were answered, be it with something that proves no score; refusals
// and broken exchanges are left out.
struct Percentiles {
  Duration p50;
  Duration p90;
  Duration p99;
  Duration p999;
  Duration max;
};

struct LoadFigures {
  LoadKind kind = LoadKind::closed;
  double asked = 0;
  std::uint64_t good = 0;
  std::uint64_t failed = 0;
  std::uint64_t unsent = 0;
  // Answers a second in the second half of the span, when a burst is used up and connections
  // are made; empty with fewer than two.
  std::optional<double> rate;
  std::optional<double> tokens_per_second;  // likewise
  std::optional<Percentiles> latency;       // empty without an answer
  std::optional<Percentiles> service;
  std::map<std::string, std::uint64_t> errors;  // by class
  std::string bound_by;
  bool bound_by_rate = false;
};
[[nodiscard]] LoadFigures figures_of(const LoadStep& step);

struct LoadFindings {
  std::optional<double> rate_max;    // the best sustained rate of any step
  std::optional<Duration> unloaded;  // median service time with the fewest in flight
  std::optional<std::size_t> knee;   // index of the closed step with the fewest in flight that has
                                     // nine tenths of the best closed rate
  std::string bound_by;              // at the best rate
};
[[nodiscard]] LoadFindings findings_of(std::span<const LoadFigures> steps);

// How many in flight the next closed step should have: twice as many, until two steps in a row gain
// less than a tenth, a rate limit binds, or `most` was reached. Empty: the ladder has ended.
[[nodiscard]] std::optional<std::size_t> next_concurrency(std::span<const LoadFigures> closed,
                                                          std::size_t most);

// A table with one line a step and what was found below it; one JSON object; a picture of latency
// over throughput (SVG 1.1).
[[nodiscard]] std::string load_table(std::span<const LoadFigures> steps);
[[nodiscard]] std::string load_json(std::span<const LoadFigures> steps);
[[nodiscard]] std::string load_picture(std::span<const LoadFigures> steps);

}  // namespace assay::monitor
