#pragma once

// What a dispatcher has in hand: items, requests in flight, and the queues between them.

#include "assay/failure.hpp"
#include "assay/time.hpp"
#include "pace/amount.hpp"
#include "pace/pacer.hpp"
#include "pace/slab.hpp"
#include "pace/work.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace assay::pace {

struct Item {
  WorkItem work;
  std::uint32_t sends = 0;  // all of them
  int attempts = 0;         // that failed and count: not those of an outage or a dead connection
  int distrusted = 0;       // part of attempts: the answer could not be trusted
  bool alone = false;       // a request that held others too was refused: send it by itself
  Instant first_sent;
  Instant failed_at;
  EndpointId endpoint{};  // that it was last sent to
  Amount charged;
  Amount unknown;
  std::optional<Failure> first_failure;  // each of an attempt that was not the last
  std::optional<Failure> last_failure;
};
using ItemIndex = Slab<Item>::Index;

struct Flight {
  std::uint32_t generation = 0;  // of its place: a RequestId is used once
  bool active = false;
  Permit permit;
  EndpointId endpoint{};
  PolicyId policy{};
  TokenBound bound;  // of all items
  Amount reserved;
  std::vector<ItemIndex> items;
  std::vector<WorkItemId> ids;
};

// One policy's items that may go now, and what stands in their way.
struct Lane {
  std::deque<ItemIndex> fresh;  // never sent, or again after an outage or a dead connection
  std::deque<ItemIndex> again;  // retries that are due
  bool halted = false;
  bool waits_for_ledger = false;
  std::optional<Instant> not_before;  // as the last try found; nothing: only an event can help
  std::optional<Binding> blocked_by;  // nothing: the last try sent something

  // The same permanent failure on the first rows stops the policy.
  int first_failures = 0;
  std::optional<FailureClass> first_class;
  bool proved = false;  // a row came out otherwise

  [[nodiscard]] std::size_t ready() const { return fresh.size() + again.size(); }
};

}  // namespace assay::pace
