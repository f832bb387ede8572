#pragma once

#include "pace/account.hpp"
#include "pace/amount.hpp"
#include "pace/ids.hpp"
#include "pace/limits.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay::pace {

// The budget of a run: one account for all of it and one for each policy. Every account holds
//   spent + unknown + reserved <= cap
// at any instant and over any number of crashes. Source: design.md, promise 3.
//
// Order:  reserve before a request is sent; then exactly one of settle, keep_unknown, release.
//         When reserve answers `wait_for_lease`, poll_lease gives the record to be made durable.
// Leases: with a cap, no reservation may lift spent + unknown + reserved above a mark that is in
//         the journal. A killed process therefore never spent more than its last mark, and a
//         resumed one counts the difference to its records as unknown.
// Not thread-safe: see shared_ledger.hpp.
class Ledger {
 public:
  // `policies` has an entry for each policy; one without caps may be empty.
  Ledger(const Caps& run, std::vector<Caps> policies, const Limits& limits);

  enum class Verdict : std::uint8_t {  // in the order of how long it lasts
    reserved,
    wait_for_lease,   // fits once the next mark is durable
    wait_for_settle,  // fits once others are settled below their worst case
    exhausted,        // never fits
    price_unknown,    // a cap in money, and no price to hold against it
  };
  struct Answer {
    Verdict verdict;
    std::optional<Refusal> refusal;  // which account and axis; none when reserved
  };
  // `usd` is the worst case in money, absent when the price is unknown.
  [[nodiscard]] Answer reserve(PolicyId policy, const WorstCase& worst);

  // The answer was validated and says what it cost, be it more than was reserved.
  void settle(PolicyId policy, const Amount& reserved, const Amount& cost);
  // Nobody knows what was billed: all of it stays, until the end.
  void keep_unknown(PolicyId policy, const Amount& reserved);
  // Certainly not billed. A request counts as sent all the same unless `sent` is `never`.
  enum class Sent : std::uint8_t { never, refused };
  void release(PolicyId policy, const Amount& reserved, Sent sent);
  // Something was sent without a reservation (a transport's own replay).
  void add_unknown(PolicyId policy, const Amount& amount);

  // The next mark that should be made durable, each once.
  [[nodiscard]] std::optional<LeaseMark> poll_lease();
  void on_lease_durable(const LeaseMark& mark);

  // Before the first reservation: what the journal proves. `marks` are the last durable ones, of
  // which a clean end (LeaseMark equal to what was committed) is one; what they cover beyond
  // `charged` and `unknown` counts as unknown.
  struct Past {
    std::uint32_t account = 0;
    Amount charged;
    Amount unknown;
    std::optional<Amount> mark;
  };
  void restore(std::span<const Past> past);

  // At a clean end, with nothing reserved: marks that state exactly what was committed, of every
  // account, to be journalled so that a resume counts nothing twice, and nothing too little: what
  // an item cost that never came to its end stands in no record.
  [[nodiscard]] std::vector<LeaseMark> closing_marks() const;

  [[nodiscard]] const Account& run() const { return accounts_.front(); }
  [[nodiscard]] const Account& policy(PolicyId id) const { return accounts_[1 + index_of(id)]; }
  [[nodiscard]] bool nothing_reserved() const;

 private:
  [[nodiscard]] std::array<Account*, 2> accounts_of(PolicyId policy);

  std::vector<Account> accounts_;  // the run's first
  bool any_asked_ = false;         // perhaps an account's request for a lease was not polled yet
};

}  // namespace assay::pace
