#pragma once

#include "journal/writer.hpp"
#include "pace/amount.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace assay::crawl {

// One loop's way into the journal: collects records, hands them over in batches, and knows which of
// them are durable. Lives on one loop.
class JournalLink {
 public:
  // `writer` outlives the link.
  explicit JournalLink(journal::JournalWriter& writer) : writer_(writer) {}

  // What a record means to its loop once it is durable.
  enum class Kind : std::uint8_t {
    outcome,  // the dispatcher waits for it
    aside,    // nobody does
    lease,    // money may be spent
  };
  void add(journal::Record record, Kind kind);
  void add_lease(journal::Record record, const pace::LeaseMark& mark);

  // Hands over what was collected; what the queue has no room for stays. A lease goes at once.
  void flush();

  struct Durable {
    std::uint64_t outcomes = 0;
    std::vector<pace::LeaseMark> leases;
  };
  // Records with a ticket up to `ticket` are on disk: which of this loop's are they?
  [[nodiscard]] Durable on_durable(journal::Ticket ticket);

  // Records not known to be durable.
  [[nodiscard]] std::size_t pending() const { return kinds_.size() + handed_.size(); }
  // Records that wait for room in the queue: send nothing new until it is empty.
  [[nodiscard]] std::size_t held_back() const { return batch_.size(); }

 private:
  struct Handed {
    journal::Ticket ticket;
    Kind kind;
  };
  journal::JournalWriter& writer_;
  std::vector<journal::Record> batch_;
  std::vector<Kind> kinds_;  // of batch_
  std::deque<Handed> handed_;
  std::deque<pace::LeaseMark> marks_;  // of the leases in kinds_ and handed_, in order
  journal::Urgency urgency_ = journal::Urgency::grouped;
};

}  // namespace assay::crawl
