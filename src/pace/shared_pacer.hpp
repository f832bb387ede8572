#pragma once

#include "pace/cross_check.hpp"
#include "pace/ids.hpp"
#include "pace/pacer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace assay::pace {

// One of the four things that loops share: the pacer of an endpoint behind a lock. A loop that was
// refused without a time to come back at is woken when another gives something back.
//
// `wake` is called under the lock, from any loop's thread: it only posts to its own loop. A
// spurious wake is harmless.
class SharedPacer {
 public:
  using Wake = std::function<void()>;
  using Member = std::size_t;

  SharedPacer(const EndpointTerms& terms, const Limits& limits, Instant now, Rng rng);

  [[nodiscard]] Member join(Wake wake);
  void leave(Member member);  // its wake is not called after this returns

  [[nodiscard]] std::expected<Permit, Denial> acquire(Member member,
                                                      const TokenBound& bound,
                                                      Urgency urgency,
                                                      Instant now);
  Pacer::Judgement on_reply(Member member,
                            const Permit& permit,
                            const Pacer::Feedback& feedback,
                            Instant now);
  void cancel(Member member, const Permit& permit, Instant now);

  void restore(std::span<const Pacer::PastSend> sends, Instant now);
  [[nodiscard]] Binding binding(Instant now) const;
  void shut(Shut why);  // wakes every loop
  [[nodiscard]] std::optional<Shut> shut() const;
  [[nodiscard]] std::uint64_t outages() const;
  [[nodiscard]] std::int64_t in_flight() const;
  [[nodiscard]] std::int64_t concurrency() const;
  [[nodiscard]] std::int64_t room(Instant now);
  [[nodiscard]] Pacer::InForce in_force() const;

  // Whether the endpoint may stand in for the first one of a policy; each is CrossCheck's of the
  // same name. Those that end an item say what was concluded by it, once.
  [[nodiscard]] CrossCheck::Verdict standing(PolicyId policy) const;
  struct Begun {
    int repeats;
  };
  [[nodiscard]] std::optional<Begun> begin_comparison(PolicyId policy);
  [[nodiscard]] std::optional<CrossCheck> compare(PolicyId policy, const CrossCheck::Pair& pair);
  [[nodiscard]] std::optional<CrossCheck> comparison_failed(PolicyId policy,
                                                            const Failure& failure);
  void give_comparison_up(PolicyId policy);
  // As a stand-in that stood equal, it must show it again before it serves the policy on.
  void check_again(PolicyId policy);

 private:
  struct Place {
    Wake wake;  // empty: left
    bool waiting = false;
  };
  void wake_others(Member member);

  mutable std::mutex mutex_;
  Pacer pacer_;
  std::map<PolicyId, CrossCheck> checks_;
  std::vector<Place> places_;
  std::size_t next_ = 0;  // whom to wake first: in turn, so that no loop starves
};

}  // namespace assay::pace
