#include "net/alarm_queue.hpp"

#include "assay/ensure.hpp"

#include <algorithm>

namespace assay::net {

Alarm::~Alarm() {
  if (queue_ != nullptr) queue_->cancel(*this);
}

void AlarmQueue::put(std::size_t place, Entry entry) {
  heap_[place] = entry;
  entry.alarm->place_ = place;
}

void AlarmQueue::sift_up(std::size_t place) {
  const Entry entry = heap_[place];
  while (place > 0 && entry.due < heap_[(place - 1) / 2].due) {
    put(place, heap_[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  put(place, entry);
}

void AlarmQueue::sift_down(std::size_t place) {
  const Entry entry = heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].due < heap_[child].due) ++child;
    if (entry.due <= heap_[child].due) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, entry);
}

void AlarmQueue::remove(std::size_t place) {
  heap_[place].alarm->place_ = Alarm::not_set;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  put(place, last);
  sift_up(place);
  sift_down(last.alarm->place_);
}

void AlarmQueue::set(Alarm& alarm, Instant due) {
  ensure(alarm.queue_ == nullptr || alarm.queue_ == this, "an alarm belongs to one queue");
  if (alarm.queue_ != nullptr && alarm.place_ == Alarm::not_set) return;  // about to ring anyway
  alarm.queue_ = this;
  if (alarm.place_ == Alarm::not_set) {
    heap_.push_back({due, &alarm});
    sift_up(heap_.size() - 1);
  } else if (due < heap_[alarm.place_].due) {
    heap_[alarm.place_].due = due;
    sift_up(alarm.place_);
  }
}

void AlarmQueue::cancel(Alarm& alarm) {
  if (alarm.queue_ == nullptr) return;
  if (alarm.place_ != Alarm::not_set) {
    remove(alarm.place_);
  } else {
    std::ranges::replace(ringing_, &alarm, nullptr);  // due, and its turn has not come yet
  }
  alarm.queue_ = nullptr;
}

std::optional<Instant> AlarmQueue::next() const {
  if (heap_.empty()) return {};
  return heap_.front().due;
}

void AlarmQueue::ring_due(Instant now) {
  ensure(ringing_.empty(), "alarms do not ring inside one another");
  while (!heap_.empty() && heap_.front().due <= now) {
    ringing_.push_back(heap_.front().alarm);
    remove(0);
  }
  // By index: a ring may cancel or destroy others, which then stand as null.
  for (std::size_t i = 0; i < ringing_.size(); ++i) {
    Alarm* alarm = ringing_[i];
    if (alarm == nullptr) continue;
    alarm->queue_ = nullptr;
    alarm->ring(now);
  }
  ringing_.clear();
}

}  // namespace assay::net
