#pragma once

#include "assay/failure.hpp"
#include "assay/time.hpp"
#include "core/rng.hpp"
#include "pace/hand.hpp"
#include "pace/limits.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// What becomes of an item whose attempt failed.
struct NextStep {
  enum class Kind : std::uint8_t {
    final,     // the failure is its outcome
    at_once,   // to the head of the queue, as if it had not been sent
    at_end,    // the same, to the queue's end: an outage's next probe is another item, and so is
               // what a new connection takes after one that broke
    later,     // after `delay`
    alone,     // again, in a request of its own
    shut,      // as at_once, but nothing more goes to this endpoint
    shut_run,  // as shut, and nothing more goes anywhere
  };
  Kind kind = Kind::final;
  Duration delay{};
};

struct Attempt {
  FailureClass cls;
  std::optional<Duration> hint{};  // the server's
  bool retry_forbidden = false;    // the server's
  bool outage = false;             // the endpoint's failure, not the item's
  bool same_break = false;         // Reply::same_break
  std::size_t items = 1;           // in the request
};

// Decides, and counts the attempt on the item where it counts.
[[nodiscard]] NextStep step_after(Item& item,
                                  const Attempt& attempt,
                                  const Limits& limits,
                                  Rng& rng);

}  // namespace assay::pace
