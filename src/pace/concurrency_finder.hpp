#pragma once

#include "pace/chance.hpp"
#include "pace/limits.hpp"
#include "pace/source.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// How many requests an endpoint takes at once: as configured, and, where it refuses fewer, as
// found. Grows by half per round trip until the first refusal; that shows a ceiling, just below
// which it stays, trying more ever more rarely. Refusals that go on cut it further (additive
// increase, multiplicative decrease), once for all that was sent before a cut.
//
// A refusal need not be about concurrency. Whether it is shows once the limit was cut: by so much
// that a ceiling which refused this share would refuse nothing more. If refusals go on all the
// same, they are chance: the limit comes back, and from then on only what chance does not explain
// counts. (A share alone shows nothing: at saturation every request is the last of the limit.)
class ConcurrencyFinder {
 public:
  // `start`: how many to begin with.
  ConcurrencyFinder(std::optional<std::int64_t> configured,
                    std::int64_t start,
                    const Limits& limits);

  [[nodiscard]] std::int64_t limit() const { return limit_; }
  [[nodiscard]] std::int64_t limit_max() const { return max_; }  // never more, whatever is found
  [[nodiscard]] Source source() const;

  // At least so many may be tried at once: a known rate needs them.
  void expect(std::int64_t concurrency);

  // A request that was number `in_flight` at the endpoint when sent, `seq`-th of all, was answered.
  void on_success(std::int64_t in_flight, std::uint64_t seq);

  enum class Refusal : std::uint8_t {
    tried,     // our own try for more: the limit is known again, no pause is called for
    chance,    // no limit: nobody else need wait
    limit,     // perhaps a limit, and the cut is the answer to it
    overload,  // refused over and over
  };
  // ... was refused, when `granted` had been sent in all.
  [[nodiscard]] Refusal on_refused(std::int64_t in_flight,
                                   std::uint64_t seq,
                                   std::uint64_t granted);

 private:
  // How the refusals of unknown cause are told from a ceiling: first those at the limit as it was,
  // then those at a limit where a ceiling would refuse nothing.
  struct Trial {
    std::int64_t limit_before = 1;
    std::int64_t answers = 0;  // successes of this stage
    std::int64_t answers_max = 0;
    std::uint64_t after = 0;    // granted at the start of this stage
    std::int64_t refusals = 0;  // of what was sent since
    bool lowered = false;       // the second stage

    enum class Verdict : std::uint8_t { open, limit, chance };
    [[nodiscard]] Verdict verdict(std::uint64_t granted) const;
    [[nodiscard]] std::int64_t sent(std::uint64_t granted) const {
      return static_cast<std::int64_t>(granted - after);
    }
    [[nodiscard]] double share(std::uint64_t granted) const {
      return static_cast<double>(refusals) / static_cast<double>(sent(granted));
    }
  };

  [[nodiscard]] bool disproves_ceiling(std::int64_t in_flight, std::uint64_t seq) const;
  void climb();
  void raise(std::int64_t by);
  void forget_ceiling(std::int64_t limit);
  void cut(std::int64_t limit, std::uint64_t granted);
  [[nodiscard]] Refusal on_late(std::int64_t in_flight, std::uint64_t seq);
  [[nodiscard]] Refusal on_more_than_chance(std::uint64_t granted);
  [[nodiscard]] Refusal on_trial(std::int64_t in_flight, std::uint64_t granted);
  [[nodiscard]] Refusal go_lower(std::uint64_t granted);

  std::int64_t max_;
  bool configured_;
  std::int64_t limit_;
  std::optional<std::int64_t> ceiling_;    // most that is believed to be taken
  std::optional<std::int64_t> failed_at_;  // least that was refused beyond it
  std::int64_t step_ = 1;                  // how far beyond the ceiling the next try goes
  std::int64_t since_step_ = 0;            // successes that used the limit
  std::int64_t since_cut_ = 0;             // the same
  std::int64_t hold_;                      // rounds before one more than the ceiling is tried
  std::uint64_t cut_at_ = 0;               // granted at the last cut
  std::uint64_t refused_at_ = 0;           // seq of what was refused last
  int above_ = 0;                          // successes beyond the ceiling since the last cut
  std::optional<Trial> trial_;
  Chance chance_;
};

}  // namespace assay::pace
