#include "crawl/history.hpp"

#include "crawl/budget_history.hpp"

namespace assay::crawl {
namespace {

bool settles(const journal::ScoreRecord& record, const RetryFailed& retry) {
  const Failure* failure = record.outcome.failure();
  return failure == nullptr || !retry.covers(failure->cls);
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
    if (score == nullptr || !settles(*score, spec.retry_failed)) continue;
    if (auto added = index.add_done(score->key); !added) return std::unexpected(added.error());
  }
  history.report = reader->report();
  history.past = budget.result();
  return history;
}

}  // namespace assay::crawl
