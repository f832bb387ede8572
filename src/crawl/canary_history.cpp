#include "crawl/canary_history.hpp"

#include "doctor/canary.hpp"

#include <algorithm>

namespace assay::crawl {
namespace {

// A record says its round only by its key, a digest of it: the keys of all rounds so far are kept,
// and of so many more.
constexpr std::uint32_t rounds_ahead = 4;

}  // namespace

std::vector<std::uint32_t> watched_policies(const RunSpec& spec) {
  std::vector<std::uint32_t> watched;
  for (std::uint32_t policy = 0; policy < spec.policies.size(); ++policy) {
    if (spec.policies[policy].replicate == 0) watched.push_back(policy);
  }
  return watched;
}

CanaryHistory::CanaryHistory(const RunSpec& spec) : spec_(spec), past_(spec.policies.size()) {}

void CanaryHistory::expect(std::uint32_t rounds) {
  const auto samples = doctor::canary_samples();
  const std::vector<std::uint32_t> watched = watched_policies(spec_);
  for (; expected_rounds_ < rounds; ++expected_rounds_) {
    const std::uint32_t round = expected_rounds_;
    for (const std::uint32_t policy : watched) {
      for (std::uint32_t canary = 0; canary < samples.size(); ++canary) {
        const ContentKey key = canary_key(spec_.policies[policy], samples[canary], round);
        expected_.emplace(key, CanaryCall{.policy = policy, .canary = canary, .replicate = round});
      }
    }
  }
}

// Policies that differ in nothing but their endpoints have the same keys: the name tells them
// apart.
std::optional<CanaryCall> CanaryHistory::find(const journal::ScoreRecord& record) const {
  const auto [begin, end] = expected_.equal_range(record.key);
  if (begin == end) return std::nullopt;
  for (auto each = begin; each != end; ++each) {
    if (spec_.policies[each->second.policy].name == record.policy) return each->second;
  }
  return begin->second;
}

// Rounds are numbered over the whole run: a policy that was added later begins at a high one. No
// canary has more records than there were rounds, those of policies included that the configuration
// has no longer, or has changed.
void CanaryHistory::add(const journal::ScoreRecord& record) {
  rounds_ = std::max(rounds_, ++records_[{record.policy, record.row}]);
  expect(rounds_ + rounds_ahead);
  const auto found = find(record);
  if (!found) return;  // of a policy that the configuration no longer has
  const CanaryCall call = *found;
  CanaryPast& past = past_[call.policy];
  past.rounds = std::max(past.rounds, call.replicate + 1);
  rounds_ = std::max(rounds_, past.rounds);
  const Score* score = record.outcome.score();
  const bool known =
      std::ranges::find(past.first, call.canary, &CanaryPast::Value::canary) != past.first.end();
  if (score == nullptr || known) return;
  past.first.push_back({call.canary, score->logprob.nats(), score->tokens.value});
}

}  // namespace assay::crawl
