#pragma once

#include "assay/time.hpp"

#include <cstdint>
#include <string>

namespace assay::bench {

// A prompt of 100 bytes, or of 400 to 8,000; no two alike.
[[nodiscard]] std::string prompt_of(std::uint64_t number, bool mixed_sizes);

// What most scripts do: 64 callers, each sends its next prompt when the last was answered, and
// after a 429 waits min(60 s, 0.5 s x 2^n), half of it at random, without a word to the others.
// Ends after `span`.
void call_with_backoff(const std::string& base_url, bool mixed_sizes, Duration span);

}  // namespace assay::bench
