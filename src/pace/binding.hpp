#pragma once

#include "pace/source.hpp"

#include <cstdint>
#include <string>

namespace assay::pace {

// What holds an endpoint back, or held it back lately.
struct Binding {
  enum class Kind : std::uint8_t {
    none,
    requests_per_minute,
    requests_per_day,
    tokens_per_minute,
    input_tokens_per_minute,
    output_tokens_per_minute,
    input_tokens_per_second,
    concurrency,
    cooldown,      // a Retry-After, or our own pause after a 429
    outage,        // the breaker is open
    retry_budget,  // only retries are held back
    shut,          // nothing more goes there
    budget,        // a cap: the dispatcher says so, not the pacer
    journal,       // records wait for the disk: the dispatcher says so
  };
  Kind kind = Kind::none;
  std::int64_t limit = 0;  // of the kind's unit; 0 where there is none
  Source source = Source::none;
  friend bool operator==(const Binding&, const Binding&) = default;
};

// "TPM 600,000, from headers", "concurrency 40, found", "cool-down".
[[nodiscard]] std::string to_text(const Binding& binding);

}  // namespace assay::pace
