#pragma once

#include "core/rng.hpp"
#include "teacher/completer.hpp"
#include "teacher/prefix_memory.hpp"

#include <cstdint>

namespace assay::teacher {

// What a lie may know beside the honest answer that it changes.
struct Scene {
  const CompletionRequest& request;
  const Prompt& prompt;          // the one that the choice answers
  double amount = 0;             // of the rule, or the table's
  std::uint64_t ordinal = 0;     // of the request, from 1
  std::int64_t in_flight = 0;    // requests of the same key, this one counted
  std::int64_t context_max = 0;  // tokens
  Rng& rng;                      // new for each request
  Completer& completer;          // for what would be answered to something else
  PrefixMemory& memory;
};

}  // namespace assay::teacher
