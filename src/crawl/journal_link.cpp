#include "crawl/journal_link.hpp"

#include <utility>

namespace assay::crawl {

void JournalLink::add(journal::Record record, Kind kind) {
  batch_.push_back(std::move(record));
  kinds_.push_back(kind);
}

void JournalLink::add_lease(journal::Record record, const pace::LeaseMark& mark) {
  add(std::move(record), Kind::lease);
  marks_.push_back(mark);
  urgency_ = journal::Urgency::at_once;
}

void JournalLink::flush() {
  if (batch_.empty()) return;
  const auto last = writer_.try_push(batch_, urgency_);
  if (!last) return;
  journal::Ticket ticket = *last - kinds_.size();
  for (const Kind kind : kinds_) handed_.push_back(Handed{.ticket = ++ticket, .kind = kind});
  kinds_.clear();
  urgency_ = journal::Urgency::grouped;
}

JournalLink::Durable JournalLink::on_durable(journal::Ticket ticket) {
  Durable durable;
  while (!handed_.empty() && handed_.front().ticket <= ticket) {
    const Kind kind = handed_.front().kind;
    handed_.pop_front();
    if (kind == Kind::outcome) ++durable.outcomes;
    if (kind != Kind::lease) continue;
    durable.leases.push_back(marks_.front());
    marks_.pop_front();
  }
  return durable;
}

}  // namespace assay::crawl
