#pragma once

#include "assay/content_key.hpp"
#include "assay/policy.hpp"
#include "assay/sample.hpp"
#include "core/key_batch.hpp"
#include "crawl/canary_schedule.hpp"
#include "crawl/policy_form.hpp"
#include "journal/bitmap.hpp"
#include "journal/key_shelf.hpp"
#include "wire/template.hpp"

#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace assay::crawl {

// The place of an item in the data set: row x number of policies + policy. Stable for one data set
// and one list of policies.
using ItemOrdinal = std::uint64_t;
inline constexpr ItemOrdinal canary_ordinal = ItemOrdinal{1} << 63;  // canaries from here on

// The text that is sent, or the reason why nothing can be.
using Rendering = std::expected<wire::Rendered, Failure>;

// An item on its way to a provider.
struct Work {
  ItemOrdinal item = 0;
  std::uint64_t row = 0;
  std::uint32_t policy = 0;
  ContentKey key;
  std::optional<CanaryCall> canary;  // what it is instead of an item of the data set
  // Owned by all items of a row that are written alike, and by the source while it stands at the
  // row: thousands in flight are the texts of a few rows.
  std::shared_ptr<const Rendering> rendering;

  [[nodiscard]] const Rendering& rendered() const { return *rendering; }
};

// The canary of one call, the `ordinal`th of the session.
[[nodiscard]] Work canary_work(const CanaryCall& call,
                               ItemOrdinal ordinal,
                               const Policy& policy,
                               const PolicyForm& form);

// The rows still to be scored, handed out in data-set order to whichever loop asks. Shared by the
// loops: one of the four things that are.
class WorkSource {
 public:
  // `samples` stands at its first row and, like `policies` and `keys`, outlives the source. `keys`
  // are those of a plan of the same samples and policies; without, and where they are of others,
  // each is made.
  WorkSource(SampleSource& samples,
             const std::vector<Policy>& policies,
             std::vector<PolicyForm> forms,
             journal::Bitmap to_do,
             std::optional<CanarySchedule> canaries = std::nullopt,
             const journal::KeyShelf* keys = nullptr);

  // Appends up to `count` items to `out`; fewer at the end, while rows wait for the first canaries,
  // and while the last canaries wait for rows. Thread-safe. The texts are rendered here, under the
  // lock: some microseconds each. Errors: as SampleSource::next; the source is at its end
  // afterwards.
  [[nodiscard]] Status take(std::size_t count, std::vector<Work>& out, Instant now = {});
  [[nodiscard]] bool ended() const;  // take will give nothing more

  // What was taken came to its end, whatever it gave. Thread-safe.
  void on_ended(const Work& work);

  // Whether work that had to wait may go since this was last asked: the rows behind the first
  // canaries, or the canaries behind the last row. Every loop should take again. Thread-safe.
  [[nodiscard]] bool take_news() { return news_.exchange(false); }

  // Hands out no more of this policy. Thread-safe.
  void close(std::uint32_t policy);

 private:
  [[nodiscard]] Status take_unkeyed(std::size_t count, std::vector<Work>& out, Instant now);
  void give_keys(std::vector<Work>& out);
  [[nodiscard]] std::shared_ptr<const Rendering> rendering_of(std::uint32_t policy,
                                                              const Sample& sample);
  [[nodiscard]] Status next_row();
  [[nodiscard]] std::optional<Work> next_canary();
  void on_canary_ended();
  bool close_canaries();

  mutable std::mutex mutex_;
  SampleSource& samples_;
  const std::vector<Policy>& policies_;
  std::vector<PolicyForm> forms_;  // by policy
  std::vector<std::uint32_t> first_alike_;
  std::vector<bool> is_shared_;                            // by policy that is the first of several
  std::vector<std::shared_ptr<const Rendering>> written_;  // of the row, by such a policy
  journal::Bitmap to_do_;
  const Row* row_ = nullptr;  // of samples_, valid until its next()
  std::uint64_t row_ordinal_ = 0;
  std::uint32_t policy_ = 0;  // the next one of row_
  std::vector<bool> closed_;  // by policy
  journal::ShelfReader known_keys_;
  KeyBatch keys_;  // of items that were taken and have none yet, by place in `out`
  bool started_ = false;
  bool ended_ = false;
  std::optional<CanarySchedule> canaries_;
  ItemOrdinal canary_ordinals_ = 0;   // given out
  std::uint64_t rows_out_ = 0;        // items of the data set on their way, where canaries watch
  bool canaries_are_closed_ = false;  // the last round has been put on the list
  std::atomic<bool> news_ = false;
};

}  // namespace assay::crawl
