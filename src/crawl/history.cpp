#include "crawl/history.hpp"

#include "crawl/budget_history.hpp"
#include "crawl/canary_history.hpp"

#include <algorithm>

namespace assay::crawl {
namespace {

journal::Standing standing_of(const journal::ScoreRecord& record, const RetryFailed& retry) {
  const Failure* failure = record.outcome.failure();
  if (failure == nullptr) return journal::Standing::proved;
  return retry.covers(failure->cls) ? journal::Standing::reopened : journal::Standing::failed;
}

// Whatever says a time tells that a session lived. Only a seal says that nothing was on its way: a
// run that was stopped may have dropped what it had sent.
void note_sends(pace::PastSends& sends, const RunSpec& spec, const journal::Record& record) {
  if (const auto* run = std::get_if<journal::RunRecord>(&record)) {
    sends.on_start();
    sends.on_alive(run->time);
  } else if (const auto* lease = std::get_if<journal::LeaseRecord>(&record)) {
    sends.on_alive(lease->marks.time);
  } else if (const auto* settle = std::get_if<journal::SettleRecord>(&record)) {
    sends.on_alive(settle->marks.time);
  } else if (const auto* note = std::get_if<journal::NoteRecord>(&record)) {
    sends.on_alive(note->time);
  } else if (const auto* seal = std::get_if<journal::SealRecord>(&record)) {
    sends.on_clean_end(seal->time);
  }
  const auto* score = std::get_if<journal::ScoreRecord>(&record);
  if (score == nullptr || score->delivery.attempts == 0) return;
  const journal::Delivery& delivery = score->delivery;
  const auto place = std::ranges::find(spec.endpoints, delivery.endpoint, &EndpointSpec::name);
  if (place == spec.endpoints.end()) return;  // the configuration no longer has it
  const auto index = static_cast<std::uint32_t>(place - spec.endpoints.begin());
  const std::int64_t input = delivery.usage.input ? delivery.usage.input->value : 0;
  const std::int64_t output = delivery.usage.output ? delivery.usage.output->value : 0;
  sends.add({.endpoint = pace::EndpointId{index},
             .requests = delivery.attempts,
             .tokens = std::max<std::int64_t>(input + output, 0),
             .at = delivery.time,
             .latency = delivery.latency.value_or(Duration{})});
}

}  // namespace

Result<History> read_history(journal::Storage& storage,
                             const RunSpec& spec,
                             journal::WorkIndexBuilder& index) {
  auto reader = journal::JournalReader::open(storage, spec.directory);
  if (!reader) return std::unexpected(reader.error());
  std::vector<std::string> policies;
  for (const Policy& policy : spec.policies) policies.push_back(policy.name);
  BudgetHistory budget(std::move(policies));
  History history(spec.endpoints.size());
  CanaryHistory canaries(spec);
  for (;;) {
    auto record = reader->next();
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) break;
    history.has_records = true;
    note_sends(history.sends, spec, **record);
    budget.add(**record);
    const auto* score = std::get_if<journal::ScoreRecord>(*record);
    if (score == nullptr) continue;
    if (score->purpose == Purpose::canary) {
      canaries.add(*score);
      continue;
    }
    const auto standing = standing_of(*score, spec.retry_failed);
    if (auto added = index.add_outcome(score->key, standing); !added)
      return std::unexpected(added.error());
  }
  history.report = reader->report();
  history.past = budget.result();
  history.canaries = std::move(canaries).result();
  return history;
}

}  // namespace assay::crawl
