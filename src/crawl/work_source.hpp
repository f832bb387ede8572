#pragma once

#include "assay/content_key.hpp"
#include "assay/policy.hpp"
#include "assay/sample.hpp"
#include "crawl/policy_form.hpp"
#include "journal/bitmap.hpp"
#include "wire/template.hpp"

#include <cstdint>
#include <expected>
#include <mutex>
#include <optional>
#include <vector>

namespace assay::crawl {

// The place of an item in the data set: row x number of policies + policy. Stable for one data set
// and one list of policies.
using ItemOrdinal = std::uint64_t;

// An item on its way to a provider, with the text that is sent, or with the reason why nothing can
// be.
struct Work {
  ItemOrdinal item = 0;
  std::uint64_t row = 0;
  std::uint32_t policy = 0;
  ContentKey key;
  std::expected<wire::Rendered, Failure> rendered;
};

// The rows still to be scored, handed out in data-set order to whichever loop asks. Shared by the
// loops: one of the four things that are.
class WorkSource {
 public:
  // `samples` stands at its first row and, like `policies`, outlives the source.
  WorkSource(SampleSource& samples,
             const std::vector<Policy>& policies,
             std::vector<PolicyForm> forms,
             journal::Bitmap to_do);

  // Appends up to `count` items to `out`; fewer only at the end. Thread-safe. The texts are
  // rendered here, under the lock: some microseconds each. Errors: as SampleSource::next; the
  // source is at its end afterwards.
  [[nodiscard]] Status take(std::size_t count, std::vector<Work>& out);

  // Hands out no more of this policy, or of any. Thread-safe.
  void close(std::uint32_t policy);
  void close();

 private:
  [[nodiscard]] Status next_row();

  std::mutex mutex_;
  SampleSource& samples_;
  const std::vector<Policy>& policies_;
  std::vector<PolicyForm> forms_;  // by policy
  journal::Bitmap to_do_;
  const Row* row_ = nullptr;  // of samples_, valid until its next()
  std::uint64_t row_ordinal_ = 0;
  std::uint32_t policy_ = 0;  // the next one of row_
  std::vector<bool> closed_;  // by policy
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace assay::crawl
