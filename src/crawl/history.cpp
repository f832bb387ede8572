#include "crawl/history.hpp"

#include "crawl/budget_history.hpp"

namespace assay::crawl {
namespace {

journal::Standing standing_of(const journal::ScoreRecord& record, const RetryFailed& retry) {
  const Failure* failure = record.outcome.failure();
  if (failure == nullptr) return journal::Standing::proved;
  return retry.covers(failure->cls) ? journal::Standing::reopened : journal::Standing::failed;
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
  History history;
  for (;;) {
    auto record = reader->next();
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) break;
    history.has_records = true;
    budget.add(**record);
    const auto* score = std::get_if<journal::ScoreRecord>(*record);
    if (score == nullptr) continue;
    const auto standing = standing_of(*score, spec.retry_failed);
    if (auto added = index.add_outcome(score->key, standing); !added)
      return std::unexpected(added.error());
  }
  history.report = reader->report();
  history.past = budget.result();
  return history;
}

}  // namespace assay::crawl
