#pragma once

#include "pace/amount.hpp"
#include "pace/limits.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// What a request can cost at most. Money is absent when the price is unknown: that is never zero.
struct WorstCase {
  std::optional<NanoUsd> usd;
  TokenCount tokens;
  std::int64_t requests = 1;

  [[nodiscard]] Amount amount() const { return {usd.value_or(NanoUsd{}), tokens, requests}; }
};

// One cap with what counts against it. Part of the ledger, which keeps the order of calls.
class Account {
 public:
  Account(std::uint32_t index, const Caps& caps, const Limits& limits);

  // Why `worst` may not be reserved now; nothing when it may.
  enum class Obstacle : std::uint8_t { settle, lease, cap, price };
  struct Denial {
    Obstacle obstacle;
    BudgetAxis axis;
  };
  [[nodiscard]] std::optional<Denial> denial(const WorstCase& worst) const;

  void reserve(const Amount& worst);
  void settle(const Amount& reserved, const Amount& cost);
  void keep_unknown(const Amount& reserved);
  void add_unknown(const Amount& amount) { unknown_ += amount; }

  // Asks for room for `worst` above the durable mark, and a step more.
  enum class Need : std::uint8_t { now, ahead };
  void want_lease(const Amount& worst, Need need);
  void look_ahead();
  [[nodiscard]] std::optional<LeaseMark> poll_lease();
  [[nodiscard]] bool asks() const { return asked_ && !asked_polled_; }  // poll_lease has one
  void on_lease_durable(const Amount& committed_max);

  void restore(const Amount& charged, const Amount& unknown, const std::optional<Amount>& mark);

  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] const Caps& caps() const { return caps_; }
  [[nodiscard]] const Amount& spent() const { return spent_; }
  [[nodiscard]] const Amount& unknown() const { return unknown_; }
  [[nodiscard]] const Amount& reserved() const { return reserved_; }
  [[nodiscard]] Amount committed() const { return spent_ + unknown_ + reserved_; }
  [[nodiscard]] const Amount& durable() const { return durable_; }

 private:
  std::uint32_t index_;
  Caps caps_;
  Amount spent_;
  Amount unknown_;
  Amount reserved_;
  Amount durable_;               // mark that is in the journal
  std::optional<Amount> asked_;  // mark on its way there
  bool asked_polled_ = false;
  double share_;
  double share_max_;
};

}  // namespace assay::pace
