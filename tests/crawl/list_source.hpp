#pragma once

#include "support/builders.hpp"

#include <string>
#include <vector>

namespace assay::test {

// Samples from a list of responses after the prompt "prompt "; an empty one is a bad row.
class ListSource : public SampleSource {
 public:
  explicit ListSource(std::vector<std::string> responses) : responses_(std::move(responses)) {}

  Result<const Row*> next() override {
    if (next_ == responses_.size()) return nullptr;
    const std::string& response = responses_[next_];
    if (response.empty()) {
      row_ = std::unexpected(BadRow{.row = next_,
                                    .id = {},
                                    .source = "test",
                                    .file = "list",
                                    .line = next_ + 1,
                                    .reason = "empty"});
    } else {
      Sample made = sample("prompt ", response);
      made.row = next_;
      row_ = std::move(made);
    }
    ++next_;
    return &row_;
  }
  Status rewind() override { return next_ = 0, Status{}; }

 private:
  std::vector<std::string> responses_;
  std::size_t next_ = 0;
  Row row_;
};

}  // namespace assay::test
