#pragma once

// What goes into a dispatcher and what comes out: values only, no texts.

#include "assay/failure.hpp"
#include "assay/outcome.hpp"
#include "core/exchange.hpp"
#include "pace/amount.hpp"
#include "pace/ids.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace assay::pace {

// One sample under one policy. The policy's endpoints may serve it (PolicyTerms).
struct WorkItem {
  WorkItemId id;
  PolicyId policy;
  TokenBound bound;    // what one sending of it can cost at most
  bool alone = false;  // never in a request with others
  // A sample of the program's own (a canary): what becomes of it says nothing about the first rows,
  // and it is the policy's first endpoint that it is asked of. It goes alone.
  bool witness = false;
};

// The exchange came to a good end, and its items need another one, of this bound, before they have
// an outcome. It is no attempt: the next exchange begins with all its attempts.
struct Unfinished {
  TokenBound next;
};

// What became of a request. Exactly one per Send.
struct Reply {
  Observation observation;  // of the answer; status 0 when none came
  Usage usage;              // of the whole request; absent fields stay absent
  // Either one outcome for each item of the Send, in its order: the answer was complete and could
  // be read. Or one failure for all of them. Or the items need another request each.
  std::variant<std::vector<Outcome>, Failure, Unfinished> result = std::vector<Outcome>{};
  // For a failure: a byte of the request may have reached the provider and no answer proves that
  // it was not billed. The whole reservation stays as unknown.
  bool possibly_billed = false;
  // The transport found a reused connection dead before any answer byte. The items are sent again
  // at once, under a new reservation; it is no attempt and says nothing about the endpoint.
  bool stale_connection = false;
  // For a `connection` failure: the connection broke under several requests, and the reply to
  // another of them said so before. No attempt of the items.
  bool same_break = false;
  // Further sendings of the same request that the transport made on its own. Each keeps a whole
  // worst case as unknown, since nothing was reserved for it. Better: report stale_connection.
  std::uint32_t replays = 0;
};

// Post one request that holds these items, and answer with on_reply.
struct Send {
  RequestId request;
  EndpointId endpoint;
  PolicyId policy;
  std::span<const WorkItemId> items;  // valid until on_reply of this request
  std::uint32_t attempt = 1;          // of the first item: how often it was sent, this included
  // A measurement of a cross-check (cross_check.hpp): the item is sent for good afterwards.
  bool comparison = false;
};

// The end of an item: append it to the journal, then forget the item. on_synced counts these.
struct Record {
  WorkItemId item;
  PolicyId policy;
  EndpointId endpoint;  // that gave the outcome
  Outcome outcome;
  std::uint32_t attempts = 1;            // how often it was sent
  Amount charged;                        // known cost of all its sendings
  Amount unknown;                        // worst case of those whose cost nobody knows
  std::optional<Failure> first_failure;  // of an item that was sent more than once
  std::optional<Failure> last_failure;   // before the outcome
};

// An item will get no record, since nothing more is sent: forget it. It was not attempted, or not
// to the end; a resumed run takes it up again. What it cost so far is in the ledger, and in the
// closing marks.
struct Drop {
  WorkItemId item;
  PolicyId policy;
  std::uint32_t attempts = 0;  // how often it was sent
};

// Make this durable, then call on_lease_durable: only then is money above the old mark spent.
struct LeaseNeeded {
  LeaseMark mark;
};

// The cap that was reached, and what the request would have needed that no longer fits.
struct Exhausted {
  Refusal refusal;
  Amount worst;
};

// Something stopped for good; the loop tells the user and the journal. Items that depended on it
// come back as Drop.
struct Halt {
  enum class Scope : std::uint8_t {
    run,       // nothing more is sent
    policy,    // nothing more of this policy
    endpoint,  // nothing more to this endpoint
  };
  enum class Cause : std::uint8_t {
    refused,            // auth, quota, certificate, redirect, model_not_found ...
    same_failure,       // the first rows of a policy all failed in the same permanent way
    unavailable,        // the breaker stayed open too long
    budget,             // a cap is reached
    price_unknown,      // a cap in money and no price
    usage_above_bound,  // the provider billed more than a request can cost
    time,               // the run's own deadline
  };
  Scope scope;
  Cause cause;
  std::optional<PolicyId> policy;
  std::optional<EndpointId> endpoint;
  std::string reason;  // a sentence
  std::optional<FailureClass> cls;
  std::optional<Exhausted> exhausted{};  // of cause budget
};

// A cross-check came to its end: the endpoint serves the policy from now on, or never in this run.
struct CrossChecked {
  PolicyId policy;
  EndpointId reference;  // the policy's first
  EndpointId stand_in;
  bool equal = false;
  std::string reason;  // what was found
};

using Action = std::variant<Send, Record, Drop, LeaseNeeded, Halt, CrossChecked>;

}  // namespace assay::pace
