#pragma once

// The bodies of external_sort.hpp; include that.

#include "journal/external_sort.hpp"

namespace assay::journal {

template <class Entry>
Status ExternalSorter<Entry>::add(const Entry& entry) {
  if (buffer_.size() == capacity_) {
    if (Status spilled = spill(); !spilled) return spilled;
  }
  if (buffer_.size() == buffer_.capacity()) {
    buffer_.reserve(std::min(capacity_, std::max<std::size_t>(64, 2 * buffer_.size())));
  }
  buffer_.push_back(entry);
  ++size_;
  return {};
}

template <class Entry>
Status ExternalSorter<Entry>::write_out(const std::vector<Entry>& entries) {
  if (!file_) {
    auto file = SpillFile::open(folder_);
    if (!file) return std::unexpected(file.error());
    file_ = std::move(*file);
  }
  const Status written = file_->write_at(
      entries.data(), entries.size() * sizeof(Entry), file_entries_ * sizeof(Entry));
  if (written) file_entries_ += entries.size();
  return written;
}

// The buffer becomes a sorted part; as many parts of one level as a merge takes become one of the
// next.
template <class Entry>
Status ExternalSorter<Entry>::spill() {
  std::sort(buffer_.begin(), buffer_.end());
  const std::uint64_t begin = file_entries_;
  if (Status written = write_out(buffer_); !written) return written;
  parts_.push_back({.begin = begin, .end = file_entries_, .window = {}});
  buffer_.clear();
  while (parts_.size() >= options_.fan_in &&
         parts_[parts_.size() - options_.fan_in].level == parts_.back().level) {
    if (Status merged = merge_last(options_.fan_in); !merged) return merged;
  }
  return {};
}

template <class Entry>
Status ExternalSorter<Entry>::refill(Part& part) {
  const std::uint64_t count = std::min<std::uint64_t>(merge_window_, part.end - part.begin);
  part.window.resize(static_cast<std::size_t>(count));
  part.at = 0;
  const Status read = file_->read_at(
      part.window.data(), part.window.size() * sizeof(Entry), part.begin * sizeof(Entry));
  part.begin += count;
  return read;
}

// Of the parts from `from` on; the buffer's memory is shared out among them.
template <class Entry>
Status ExternalSorter<Entry>::start_merge(std::size_t from) {
  merge_window_ = std::max<std::size_t>(1, capacity_ / (parts_.size() - from));
  heap_.clear();
  for (std::size_t i = from; i < parts_.size(); ++i) {
    if (Status filled = refill(parts_[i]); !filled) return filled;
    heap_.push_back(i);
  }
  std::ranges::make_heap(heap_, least_on_top());
  return {};
}

template <class Entry>
Result<std::optional<Entry>> ExternalSorter<Entry>::pop() {
  if (heap_.empty()) return std::nullopt;
  std::ranges::pop_heap(heap_, least_on_top());
  Part& part = parts_[heap_.back()];
  const Entry least = part.window[part.at++];
  if (part.at == part.window.size()) {
    if (Status filled = refill(part); !filled) return std::unexpected(filled.error());
  }
  if (part.window.empty()) {
    heap_.pop_back();
  } else {
    std::ranges::push_heap(heap_, least_on_top());
  }
  return least;
}

template <class Entry>
Status ExternalSorter<Entry>::merge_last(std::size_t count) {
  const std::size_t from = parts_.size() - count;
  const std::uint64_t begin = file_entries_;
  const std::size_t level = parts_[from].level + 1;
  if (Status started = start_merge(from); !started) return started;
  for (;;) {
    const auto entry = pop();
    if (!entry) return std::unexpected(entry.error());
    if (*entry) buffer_.push_back(**entry);
    if (buffer_.size() == capacity_ || !*entry) {
      if (Status written = write_out(buffer_); !written) return written;
      buffer_.clear();
    }
    if (!*entry) break;
  }
  parts_.resize(from);
  parts_.push_back({.begin = begin, .end = file_entries_, .window = {}, .level = level});
  return {};
}

template <class Entry>
Status ExternalSorter<Entry>::sort() {
  if (parts_.empty()) {
    std::sort(buffer_.begin(), buffer_.end());
    return {};
  }
  if (!buffer_.empty()) {
    if (Status spilled = spill(); !spilled) return spilled;
  }
  while (parts_.size() > options_.fan_in) {
    if (Status merged = merge_last(options_.fan_in); !merged) return merged;
  }
  buffer_ = std::vector<Entry>();
  return start_merge(0);
}

template <class Entry>
Result<std::optional<Entry>> ExternalSorter<Entry>::next() {
  if (!parts_.empty()) return pop();
  if (buffer_at_ == buffer_.size()) return std::nullopt;
  return buffer_[buffer_at_++];
}

}  // namespace assay::journal
