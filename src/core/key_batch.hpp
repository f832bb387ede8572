#pragma once

#include "assay/content_key.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace assay {

// Content keys made several at a time, which costs a fraction of one each (blake2b_lanes.hpp). Over
// a data set every item is hashed before it is sent: one by one that costs as much as all its
// bookkeeping.
//
//   batch.add(item, policy, sample, method);
//   if (batch.is_full()) for (const auto& [item, key] : batch.take()) ...
//
// Holds a copy of each text that was added, nothing else of policy and sample.
class KeyBatch {
 public:
  static constexpr std::size_t size_max = 8;

  struct Entry {
    std::uint64_t item = 0;  // what the caller calls it
    ContentKey key;
  };

  void add(std::uint64_t item,
           const Policy& policy,
           const Sample& sample,
           Method method,
           Purpose purpose = Purpose::score);  // not when full
  [[nodiscard]] bool is_full() const { return size_ == size_max; }

  // The keys of what was added, in that order; the batch is empty afterwards. Valid until the next
  // call.
  [[nodiscard]] std::span<const Entry> take();

 private:
  std::array<std::string, size_max> texts_;  // what each key is a digest of; grown once
  std::array<Entry, size_max> entries_;
  std::size_t size_ = 0;
};

}  // namespace assay
