#pragma once

#include "assay/content_key.hpp"
#include "assay/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

struct FaultRow;  // fault_table.hpp

// When one named fault strikes.
struct FaultRule {
  enum class When : std::uint8_t {
    drawn,    // each attempt of each content by itself
    first,    // the first `attempts` attempts of the contents chosen: passes on retry
    always,   // every attempt of the contents chosen: no retry helps
    ordinal,  // request number `ordinal` of the teacher's life, whatever it holds
  };
  std::string name;
  When when = When::drawn;
  double probability = 0;
  std::uint32_t attempts = 0;
  std::uint64_t ordinal = 0;
  double amount = 0;              // of rows that take one
  const FaultRow* row = nullptr;  // static storage
};

// "shifted-logprobs" (always), "status-500:0.05", "status-500:0.05:2", "nan-logprob:0.001:always",
// "reset-mid-body@17"; with an amount where the table has one: "noise=0.05", "drift=100:1:always".
// Errors: Errc::usage with the nearest known name.
[[nodiscard]] Result<FaultRule> parse_fault_rule(std::string_view text);

struct FaultPlan {
  std::uint64_t seed = 0;
  std::vector<FaultRule> rules;  // the first that strikes wins
};

// What a fault is keyed by: one prompt for one model, as posted.
[[nodiscard]] ContentKey content_digest(std::string_view model, std::string_view prompt);

// The rule that strikes attempt number `attempt` (from 1) of the content, or nothing. Pure: order
// of arrival, batching and timing play no part, so a test can foretell which rows fail.
[[nodiscard]] const FaultRule* fault_for(const FaultPlan& plan,
                                         const ContentKey& content,
                                         std::uint32_t attempt);

// The rule that strikes whatever comes as request number `ordinal` (from 1).
[[nodiscard]] const FaultRule* fault_at(const FaultPlan& plan, std::uint64_t ordinal);

// Whether all of the first `attempts_max` attempts of the content are struck.
[[nodiscard]] bool fails_for_good(const FaultPlan& plan,
                                  const ContentKey& content,
                                  std::uint32_t attempts_max);

// Every fault the teacher knows, in the table's order.
[[nodiscard]] std::vector<std::string_view> fault_names();

}  // namespace assay::teacher
