#pragma once

#include "assay/money.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// What a request costs on every axis that can be capped.
struct Amount {
  NanoUsd usd;
  TokenCount tokens;  // input and output together
  std::int64_t requests = 0;

  friend constexpr bool operator==(const Amount&, const Amount&) = default;
  friend Amount operator+(const Amount& a, const Amount& b) {
    return {a.usd + b.usd, a.tokens + b.tokens, a.requests + b.requests};
  }
  friend Amount operator-(const Amount& a, const Amount& b) {
    return {a.usd - b.usd, a.tokens - b.tokens, a.requests - b.requests};
  }
  Amount& operator+=(const Amount& b) { return *this = *this + b; }
  Amount& operator-=(const Amount& b) { return *this = *this - b; }
};

// Absent: no cap on that axis.
struct Caps {
  std::optional<NanoUsd> usd;
  std::optional<TokenCount> tokens;
  std::optional<std::int64_t> requests;

  [[nodiscard]] bool any() const { return usd || tokens || requests; }
  friend constexpr bool operator==(const Caps&, const Caps&) = default;
};

enum class BudgetAxis : std::uint8_t { usd, tokens, requests };
[[nodiscard]] const char* name_of(BudgetAxis axis);  // "dollars", "tokens", "requests"
[[nodiscard]] std::int64_t on_axis(const Amount& amount, BudgetAxis axis);  // nano-dollars; counts

// Which cap said no.
struct Refusal {
  std::uint32_t account = 0;  // as in LeaseMark
  BudgetAxis axis = BudgetAxis::usd;
  friend constexpr bool operator==(const Refusal&, const Refusal&) = default;
};

// How far an account may commit itself without another durable record: the high-water mark of
// spent + unknown + reserved over the whole life of the run.
struct LeaseMark {
  std::uint32_t account = 0;  // 0: the run; 1 + n: the policy of index n
  Amount committed_max;
  friend constexpr bool operator==(const LeaseMark&, const LeaseMark&) = default;
};

}  // namespace assay::pace
