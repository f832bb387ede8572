#include "crawl/canary_history.hpp"

#include "doctor/canary.hpp"

#include <algorithm>

namespace assay::crawl {
namespace {

// A record says neither round nor policy but its key, which is a digest of both: the keys that may
// come next are kept. A round's records stand near each other, so few rounds ahead are enough.
constexpr std::uint32_t rounds_ahead = 4;

}  // namespace

std::vector<std::uint32_t> watched_policies(const RunSpec& spec) {
  std::vector<std::uint32_t> watched;
  for (std::uint32_t policy = 0; policy < spec.policies.size(); ++policy) {
    if (spec.policies[policy].replicate == 0) watched.push_back(policy);
  }
  return watched;
}

CanaryHistory::CanaryHistory(const RunSpec& spec) : spec_(spec), past_(spec.policies.size()) {
  for (const std::uint32_t policy : watched_policies(spec)) expect(policy);
}

void CanaryHistory::expect(std::uint32_t policy) {
  const auto samples = doctor::canary_samples();
  for (std::uint32_t canary = 0; canary < samples.size(); ++canary) {
    const std::uint32_t from = past_[policy].rounds;
    for (std::uint32_t round = from; round < from + rounds_ahead; ++round) {
      const ContentKey key = canary_key(spec_.policies[policy], samples[canary], round);
      expected_.emplace(key, CanaryCall{.policy = policy, .canary = canary, .replicate = round});
    }
  }
}

void CanaryHistory::add(const journal::ScoreRecord& record) {
  const auto found = expected_.find(record.key);
  if (found == expected_.end()) return;  // of a policy that the configuration no longer has
  const CanaryCall call = found->second;
  CanaryPast& past = past_[call.policy];
  if (call.replicate >= past.rounds) {
    past.rounds = call.replicate + 1;
    expect(call.policy);
  }
  const Score* score = record.outcome.score();
  const bool known =
      std::ranges::find(past.first, call.canary, &CanaryPast::Value::canary) != past.first.end();
  if (score == nullptr || known) return;
  past.first.push_back({call.canary, score->logprob.nats(), score->tokens.value});
}

}  // namespace assay::crawl
