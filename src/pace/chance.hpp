#pragma once

#include <cstdint>

namespace assay::pace {

// Refusals that come whatever we do: a gateway's fault, an overloaded shard. Once their share is
// known, a refusal says that a limit was met only if those around it are more than chance explains.
//
// Counted by requests sent, not by answers: who is refused is back within a round trip, who is
// answered much later, so that among the answers of a moment refusals are far too many.
class Chance {
 public:
  [[nodiscard]] bool known() const { return sent_ > 0; }
  [[nodiscard]] double share() const;

  // The share was found: so many refusals among so many that were sent, up to number `granted`.
  void learn(std::int64_t refusals, std::int64_t sent, std::uint64_t granted);

  // The request `seq` was refused, when `granted` had been sent and up to `in_flight_max` may be at
  // once. Returns whether chance explains it and those around it: no more than four standard
  // deviations, and three requests, above what the share lets expect.
  [[nodiscard]] bool explains_refusal(std::uint64_t seq,
                                      std::uint64_t granted,
                                      std::int64_t in_flight_max);
  // What was sent up to `granted` was under another limit.
  void restart(std::uint64_t granted);

 private:
  // Of requests that were sent in a row.
  struct Block {
    std::uint64_t after = 0;  // the number before its first
    std::int64_t refusals = 0;
  };
  void settle(const Block& block, std::uint64_t until);

  double refusals_ = 0;  // recent ones weigh more
  double sent_ = 0;
  Block former_;
  Block present_;
};

}  // namespace assay::pace
