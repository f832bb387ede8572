#pragma once

#include <cstddef>

namespace assay::net {

// Memory that the bodies under way of one client may take together, so that many large answers at
// once cannot exhaust the machine although each keeps its own limit.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes_max) : free_(bytes_max) {}

  [[nodiscard]] bool take(std::size_t bytes) {
    if (bytes > free_) return false;
    free_ -= bytes;
    return true;
  }
  void give_back(std::size_t bytes) { free_ += bytes; }

 private:
  std::size_t free_;
};

}  // namespace assay::net
