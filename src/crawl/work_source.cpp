#include "crawl/work_source.hpp"

namespace assay::crawl {

WorkSource::WorkSource(SampleSource& samples,
                       const std::vector<Policy>& policies,
                       std::vector<PolicyForm> forms,
                       journal::Bitmap to_do)
    : samples_(samples),
      policies_(policies),
      forms_(std::move(forms)),
      to_do_(std::move(to_do)),
      closed_(policies.size()) {}

Status WorkSource::next_row() {
  if (started_) ++row_ordinal_;
  started_ = true;
  policy_ = 0;
  auto row = samples_.next();
  if (!row) {
    ended_ = true;
    return std::unexpected(row.error());
  }
  row_ = *row;
  ended_ = row_ == nullptr;
  return {};
}

Status WorkSource::take(std::size_t count, std::vector<Work>& out) {
  const std::lock_guard lock(mutex_);
  while (count > 0 && !ended_) {
    if (row_ == nullptr || policy_ == policies_.size()) {
      if (auto moved = next_row(); !moved) return moved;
      continue;
    }
    const std::uint32_t policy = policy_++;
    const ItemOrdinal item = row_ordinal_ * policies_.size() + policy;
    if (!row_->has_value() || closed_[policy] || !to_do_.test(item)) continue;
    const Sample& sample = **row_;
    const Policy& under = policies_[policy];
    out.push_back(
        Work{.item = item,
             .row = row_ordinal_,
             .policy = policy,
             .key = content_key(under, sample, under.method),
             .rendered = wire::render(
                 forms_[policy].form, under.system_prompt, sample, forms_[policy].options)});
    --count;
  }
  return {};
}

void WorkSource::close(std::uint32_t policy) {
  const std::lock_guard lock(mutex_);
  closed_[policy] = true;
}

void WorkSource::close() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

}  // namespace assay::crawl
