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

}  // namespace assay::bench
