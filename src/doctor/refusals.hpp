#pragma once

// What the scoring reader refused among the plain texts' answers, by what it refused them for.

#include "doctor/evidence.hpp"
#include "doctor/finding.hpp"

#include <cstdint>
#include <string>

namespace assay::doctor {

// Which property an answer that cannot be proved speaks against.
enum class Blame : std::uint8_t { none, echo, values, model, usage };
[[nodiscard]] Blame blame_of(const Asked& asked);

struct Refusals {
  std::size_t answers = 0;     // that came
  std::size_t proved = 0;      // that the reader accepted
  std::size_t blamed = 0;      // that speak against the property asked for
  std::size_t unanswered = 0;  // requests that got no answer to judge
  std::string first;           // reason of the first of these
};
[[nodiscard]] Refusals refusals(const Evidence& evidence, Blame blame);

// Fails for the first blamed answer; passes when all others were proved.
[[nodiscard]] Finding finding_of(const Refusals& refusals, std::string_view proved);

}  // namespace assay::doctor
