#include "crawl/work_source.hpp"

#include "assay/ensure.hpp"
#include "core/json_text.hpp"
#include "doctor/canary.hpp"

#include <algorithm>

namespace assay::crawl {

Work canary_work(const CanaryCall& call,
                 ItemOrdinal ordinal,
                 const Policy& policy,
                 const PolicyForm& form) {
  const Sample& sample = doctor::canary_samples()[call.canary];
  return {.item = canary_ordinal + ordinal,
          .row = call.canary,
          .policy = call.policy,
          .key = canary_key(policy, sample, call.replicate),
          .canary = call,
          .rendering = std::make_shared<const Rendering>(
              wire::render(form.form, policy.system_prompt, sample, form.options))};
}

WorkSource::WorkSource(SampleSource& samples,
                       const std::vector<Policy>& policies,
                       std::vector<PolicyForm> forms,
                       journal::Bitmap to_do,
                       std::optional<CanarySchedule> canaries,
                       const journal::KeyShelf* keys)
    : samples_(samples),
      policies_(policies),
      forms_(std::move(forms)),
      first_alike_(first_alike(policies, forms_)),
      is_shared_(policies.size()),
      written_(policies.size()),
      to_do_(std::move(to_do)),
      closed_(policies.size()),
      known_keys_(keys, journal::columns_of(policies)),
      canaries_(std::move(canaries)) {
  for (std::uint32_t policy = 0; policy < policies.size(); ++policy) {
    if (first_alike_[policy] != policy) is_shared_[first_alike_[policy]] = true;
  }
}

Status WorkSource::next_row() {
  if (started_) ++row_ordinal_;
  started_ = true;
  policy_ = 0;
  std::ranges::fill(written_, nullptr);
  auto row = samples_.next();
  if (!row) {
    ended_ = true;
    return std::unexpected(row.error());
  }
  row_ = *row;
  ended_ = row_ == nullptr;
  if (!ended_) known_keys_.start_row(row_ordinal_, *row_);
  return {};
}

// Those of policies that were given up end unsent.
std::optional<Work> WorkSource::next_canary() {
  while (canaries_) {
    const auto call = canaries_->next();
    if (!call) return std::nullopt;
    if (closed_[call->policy]) {
      on_canary_ended();
      continue;
    }
    return canary_work(*call, canary_ordinals_++, policies_[call->policy], forms_[call->policy]);
  }
  return std::nullopt;
}

Status WorkSource::take(std::size_t count, std::vector<Work>& out, Instant now) {
  const std::lock_guard lock(mutex_);
  Status taken = take_unkeyed(count, out, now);
  give_keys(out);
  return taken;
}

Status WorkSource::take_unkeyed(std::size_t count, std::vector<Work>& out, Instant now) {
  while (count > 0) {
    if (auto canary = next_canary()) {
      out.push_back(*std::move(canary));
      --count;
      continue;
    }
    if (close_canaries()) continue;
    if (ended_ || (canaries_ && !canaries_->is_open())) return {};
    if (row_ == nullptr || policy_ == policies_.size()) {
      if (auto moved = next_row(); !moved) return moved;
      continue;
    }
    const std::uint32_t policy = policy_++;
    const ItemOrdinal item = row_ordinal_ * policies_.size() + policy;
    if (!row_->has_value() || closed_[policy] || !to_do_.test(item)) continue;
    const Sample& sample = **row_;
    const Policy& under = policies_[policy];
    const ContentKey* const known = known_keys_.find(policy);
    if (known == nullptr) {
      if (keys_.is_full()) give_keys(out);
      keys_.add(out.size(), under, sample, under.method);
    }
    out.push_back(Work{.item = item,
                       .row = row_ordinal_,
                       .policy = policy,
                       .key = known == nullptr ? ContentKey{} : *known,
                       .canary = std::nullopt,
                       .rendering = rendering_of(policy, sample)});
    if (canaries_) {
      canaries_->on_row(now);
      ++rows_out_;
    }
    --count;
  }
  return {};
}

std::shared_ptr<const Rendering> WorkSource::rendering_of(std::uint32_t policy,
                                                          const Sample& sample) {
  const std::uint32_t first = first_alike_[policy];
  if (written_[first] != nullptr) return written_[first];
  const auto made = std::make_shared<Rendering>(wire::render(
      forms_[policy].form, policies_[policy].system_prompt, sample, forms_[policy].options));
  if (is_shared_[first]) {
    written_[first] = made;
    if (*made) append_json_string((*made)->json, (*made)->text);  // for all of their requests
  }
  return made;
}

void WorkSource::give_keys(std::vector<Work>& out) {
  for (const auto& [place, key] : keys_.take()) out[place].key = key;
}

// The last round is sent when nothing else is on its way, so that no row is answered behind it.
bool WorkSource::close_canaries() {
  if (!canaries_ || canaries_are_closed_ || !ended_ || rows_out_ > 0) return false;
  canaries_are_closed_ = true;
  canaries_->on_last_row();
  news_ = true;
  return true;
}

bool WorkSource::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_ && (!canaries_ || (canaries_are_closed_ && !canaries_->has_due()));
}

void WorkSource::on_ended(const Work& work) {
  const std::lock_guard lock(mutex_);
  if (!canaries_) return;
  if (work.canary) return on_canary_ended();
  ensure(rows_out_ > 0, "what ends was taken");
  --rows_out_;
  close_canaries();
}

void WorkSource::on_canary_ended() {
  if (canaries_->on_ended()) news_ = true;
}

void WorkSource::close(std::uint32_t policy) {
  const std::lock_guard lock(mutex_);
  closed_[policy] = true;
}

}  // namespace assay::crawl
