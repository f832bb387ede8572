#pragma once

#include "pace/ledger.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace assay::pace {

// One of the four things that loops share: the budget behind a lock. A loop that must wait for a
// settlement or a lease is woken when one arrives; `wake` only posts to its own loop, and is called
// under the lock. Each operation is Ledger's of the same name.
class SharedLedger {
 public:
  using Wake = std::function<void()>;
  using Member = std::size_t;

  SharedLedger(const Caps& run, std::vector<Caps> policies, const Limits& limits);

  [[nodiscard]] Member join(Wake wake);
  void leave(Member member);

  [[nodiscard]] Ledger::Answer reserve(Member member, PolicyId policy, const WorstCase& worst);
  // Whether the member's last reserve was told to wait, and nothing happened since.
  [[nodiscard]] bool waits(Member member) const;
  void settle(PolicyId policy, const Amount& reserved, const Amount& cost);
  void keep_unknown(PolicyId policy, const Amount& reserved);
  void release(PolicyId policy, const Amount& reserved, Ledger::Sent sent);
  void add_unknown(PolicyId policy, const Amount& amount);

  [[nodiscard]] std::optional<LeaseMark> poll_lease();
  void on_lease_durable(const LeaseMark& mark);
  void restore(std::span<const Ledger::Past> past);
  [[nodiscard]] std::vector<LeaseMark> closing_marks() const;

  // A copy, for progress and the last word: consistent in itself.
  [[nodiscard]] Account run() const;
  [[nodiscard]] Account policy(PolicyId id) const;
  [[nodiscard]] bool nothing_reserved() const;

 private:
  struct Place {
    Wake wake;
    bool waiting = false;
  };
  void wake_waiting();

  mutable std::mutex mutex_;
  Ledger ledger_;
  std::vector<Place> places_;
};

}  // namespace assay::pace
