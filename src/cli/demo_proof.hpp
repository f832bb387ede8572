#pragma once

#include "assay/result.hpp"
#include "teacher/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace assay::cli {

// What a run against the embedded provider should have given, worked out from the model itself
// without HTTP, beside what it gave. The four counts of items add up to rows x policies.
struct DemoProof {
  std::uint64_t equal = 0;               // values within 1e-9 of the model's own
  std::uint64_t unequal = 0;             // values that are not: must be none
  std::uint64_t failed_as_foretold = 0;  // failures that had to be
  std::uint64_t failed_otherwise = 0;    // failures that had not, or rows without an outcome
  std::uint64_t foretold_faults = 0;     // of failed_as_foretold: broken for good on purpose
  std::uint64_t foretold_straddles = 0;  // of failed_as_foretold: a token spans prompt and response
  double worst_difference = 0;           // nats, of the values
  [[nodiscard]] bool holds() const { return unequal == 0 && failed_otherwise == 0; }
};

// Reads the results of `run` against the teacher's models under `faults`.
// Errors: those of the journal and the data set.
[[nodiscard]] Result<DemoProof> prove_run(const std::filesystem::path& run,
                                          const teacher::FaultPlan& faults);

// What the provider's own ledger says.
struct DemoBill {
  std::uint64_t requests = 0;
  std::uint64_t canaries = 0;  // part of requests: repeated on purpose
  // Good answers for any other text that had had one: repeated after the kill.
  std::uint64_t answered_twice = 0;
  std::uint64_t refused = 0;  // 429 from the limiter
};
[[nodiscard]] Result<DemoBill> read_bill(const std::filesystem::path& ledger);

}  // namespace assay::cli
