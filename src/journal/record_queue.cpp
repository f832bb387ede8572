#include "journal/record_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace assay::journal {

bool RecordQueue::fits(std::size_t bytes) const {
  const std::size_t held = queued_bytes_ + taken_bytes_;
  return !closed_ && (held == 0 || held + bytes <= limits_.bytes_max);
}

bool RecordQueue::has_room() const {
  const std::scoped_lock lock(mutex_);
  return fits(1);
}

std::optional<Ticket> RecordQueue::try_push(std::vector<Record>& batch, Urgency urgency) {
  std::size_t bytes = 0;
  for (const Record& record : batch) bytes += bytes_of(record);
  const std::scoped_lock lock(mutex_);
  if (!fits(bytes)) return std::nullopt;
  const std::size_t queued_before = queued_bytes_;
  queued_bytes_ += bytes;
  last_ += batch.size();
  if (records_.empty()) {
    records_ = std::move(batch);
  } else {
    std::ranges::move(batch, std::back_inserter(records_));
  }
  batch.clear();
  urgent_ = urgent_ || (urgency == Urgency::at_once && !records_.empty());
  const bool crossed = queued_before < limits_.group_bytes && queued_bytes_ >= limits_.group_bytes;
  if (queued_before == 0 || crossed || urgent_) changed_.notify_one();
  return last_;
}

std::optional<RecordQueue::Group> RecordQueue::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !records_.empty(); });
  if (records_.empty()) return std::nullopt;
  changed_.wait_for(lock, limits_.window, [this] {
    return closed_ || urgent_ || queued_bytes_ >= limits_.group_bytes;
  });
  Group group{.records = std::exchange(records_, {}),
              .last = last_,
              .bytes = std::exchange(queued_bytes_, 0)};
  taken_bytes_ += group.bytes;
  urgent_ = false;
  return group;
}

void RecordQueue::release(std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  taken_bytes_ -= bytes;
}

void RecordQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_one();
}

}  // namespace assay::journal
