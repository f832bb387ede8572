#pragma once

#include <source_location>

namespace assay {

// Ends the process with the place and the sentence when `what_must_hold` does not: a bug, never bad
// input. On in release builds, because a wrong number is worse than none.
[[noreturn]] void ensure_failed(const char* sentence, std::source_location place);

inline void ensure(bool what_must_hold,
                   const char* sentence,
                   std::source_location place = std::source_location::current()) {
  if (!what_must_hold) [[unlikely]]
    ensure_failed(sentence, place);
}

}  // namespace assay
