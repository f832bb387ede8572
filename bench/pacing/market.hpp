#pragma once

// A provider that enforces a limit, and clients that want more than it gives.

#include "assay/time.hpp"
#include "teacher/limiter.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace assay::bench {

struct Demand {
  std::string name;
  teacher::Limits limits;
  bool mixed_sizes = false;  // of prompts: 400 to 8,000 bytes instead of 100
  bool halves = false;       // all limits, at half of the span
  Duration latency = std::chrono::milliseconds(300);
};

enum class Client : std::uint8_t {
  told,     // Assay; the configuration states the limits
  untold,   // Assay; they are learnt from headers, or found
  backoff,  // 64 callers, each with exponential back-off and jitter of its own
};
[[nodiscard]] std::string_view name_of(Client client);

struct Figures {
  double used = 0;     // of what was allowed: burst + rate x span
  double refused = 0;  // 429 among all requests
};

// Lets the client work for `span` against a teacher of its own, and reads the teacher's ledger.
// Blocks; several may run at once, each on threads of its own.
[[nodiscard]] Figures run(const Demand& demand, Client client, Duration span);

struct Recovery {
  double surplus = 0;        // requests refused in the outage, among the first attempts before it
  double speed = 0;          // from 5 s after the return on, of what it was before
  std::uint64_t failed = 0;  // items that were given up
};

// 5,000 in flight at a provider that is down from `from` on, for `length`.
[[nodiscard]] Recovery survive_outage(Duration from, Duration length);

}  // namespace assay::bench
