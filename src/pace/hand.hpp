#pragma once

// What a dispatcher has in hand: items, requests in flight, and the queues between them.

#include "assay/failure.hpp"
#include "assay/time.hpp"
#include "pace/amount.hpp"
#include "pace/cross_check.hpp"
#include "pace/pacer.hpp"
#include "pace/slab.hpp"
#include "pace/work.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace assay::pace {

// An item of a cross-check: measured at the stand-in, where need be at the reference too, and then
// sent for good to the reference, whose answer is the item's.
struct Comparison {
  EndpointId stand_in{};
  std::size_t repeats = 1;  // of the measurements at each
  CrossCheck::Pair pair;
  Instant begun;

  [[nodiscard]] bool at_stand_in() const { return pair.stand_in.size() < repeats; }
  // All but the reference's last, which is the item's own.
  [[nodiscard]] bool measured() const {
    return !at_stand_in() && pair.reference.size() + 1 >= repeats;
  }
};

struct Item {
  WorkItem work;
  std::uint32_t sends = 0;  // all of them
  // That failed and count: not those of an outage, of a dead connection, or of one that broke under
  // several requests, where another item bears it.
  int attempts = 0;
  bool last_counts = false;  // whether the last failure is one of these
  int distrusted = 0;        // part of attempts: the answer could not be trusted
  bool alone = false;        // a request that held others too was refused: send it by itself
  Instant first_sent;
  Instant failed_at;
  EndpointId endpoint{};  // that it was last sent to
  Amount charged;
  Amount unknown;
  std::optional<Failure> first_failure;  // each of an attempt that was not the last
  std::optional<Failure> last_failure;
  std::unique_ptr<Comparison> comparison;  // few have one
};
using ItemIndex = Slab<Item>::Index;

enum class Purpose : std::uint8_t { outcome, comparison };

struct Flight {
  std::uint32_t generation = 0;  // of its place: a RequestId is used once
  bool active = false;
  Permit permit;
  EndpointId endpoint{};
  PolicyId policy{};
  Purpose purpose = Purpose::outcome;
  TokenBound bound;  // of all items
  Amount reserved;
  std::vector<ItemIndex> items;
  std::vector<WorkItemId> ids;
};

// One policy's items that may go now, and what stands in their way.
struct Lane {
  std::deque<ItemIndex> fresh;     // never sent, or again though it counts as no attempt
  std::deque<ItemIndex> again;     // retries that are due
  std::deque<ItemIndex> compared;  // between two measurements of a cross-check
  bool halted = false;
  bool waits_for_ledger = false;
  bool comparing_over = false;  // what is left of a cap pays for no comparison
  // Items that no longer fit a cap came back; smaller ones may. Said once nothing is left.
  std::optional<Halt> too_large;
  int passed_over = 0;                // in a row
  std::optional<Instant> not_before;  // as the last try found; nothing: only an event can help
  std::optional<Binding> blocked_by;  // nothing: the last try sent something

  // The same permanent failure on the first rows stops the policy.
  int first_failures = 0;
  std::optional<FailureClass> first_class;
  bool proved = false;  // a row came out otherwise

  [[nodiscard]] std::size_t ready() const { return fresh.size() + again.size() + compared.size(); }
};

}  // namespace assay::pace
