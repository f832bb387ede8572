#include "crawl/history.hpp"

#include "crawl/terms.hpp"

#include <algorithm>
#include <map>

namespace assay::crawl {
namespace {

// The accounts of the ledger as the journal's records leave them.
class BudgetHistory {
 public:
  explicit BudgetHistory(const RunSpec& spec) : spec_(spec) {}

  void add(const journal::ScoreRecord& record) {
    const pace::Amount charged{.usd = record.delivery.cost, .tokens = {}, .requests = 0};
    const pace::Amount unknown{.usd = record.delivery.cost_unknown, .tokens = {}, .requests = 0};
    for (const std::uint32_t account : accounts_of(record.policy)) {
      since_settled_[account].charged += charged;
      since_settled_[account].unknown += unknown;
    }
  }
  void add(const journal::LeaseRecord& record) { note(record.marks); }
  // A settlement states everything up to its place.
  void add(const journal::SettleRecord& record) { note(record.marks); }

  [[nodiscard]] std::vector<pace::Ledger::Past> result() const {
    std::vector<pace::Ledger::Past> past;
    for (const auto& [account, marks] : marks_) {
      const auto since = since_settled_.find(account);
      const Since extra = since == since_settled_.end() ? Since{} : since->second;
      past.push_back(pace::Ledger::Past{.account = account,
                                        .charged = amount_of(marks.spent) + extra.charged,
                                        .unknown = amount_of(marks.unknown) + extra.unknown,
                                        .mark = amount_of(marks.leased)});
    }
    for (const auto& [account, extra] : since_settled_) {
      if (marks_.contains(account)) continue;
      past.push_back(pace::Ledger::Past{.account = account,
                                        .charged = extra.charged,
                                        .unknown = extra.unknown,
                                        .mark = std::nullopt});
    }
    return past;
  }

 private:
  struct Since {
    pace::Amount charged;
    pace::Amount unknown;
  };

  void note(const journal::BudgetMarks& marks) {
    const auto account = account_of(marks.account);
    if (!account) return;  // of a policy that the configuration no longer has
    marks_[*account] = marks;
    since_settled_[*account] = {};
  }

  [[nodiscard]] std::optional<std::uint32_t> account_of(const std::string& name) const {
    if (name.empty()) return 0;
    const auto place = std::find_if(spec_.policies.begin(),
                                    spec_.policies.end(),
                                    [&](const Policy& policy) { return policy.name == name; });
    if (place == spec_.policies.end()) return std::nullopt;
    return static_cast<std::uint32_t>(1 + (place - spec_.policies.begin()));
  }

  [[nodiscard]] std::vector<std::uint32_t> accounts_of(const std::string& policy) const {
    std::vector<std::uint32_t> accounts{0};
    if (const auto own = account_of(policy)) accounts.push_back(*own);
    return accounts;
  }

  const RunSpec& spec_;
  std::map<std::uint32_t, journal::BudgetMarks> marks_;
  std::map<std::uint32_t, Since> since_settled_;
};

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
  BudgetHistory budget(spec);
  History history;
  for (;;) {
    auto record = reader->next();
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) break;
    history.has_records = true;
    if (const auto* score = std::get_if<journal::ScoreRecord>(*record)) {
      budget.add(*score);
      if (!settles(*score, spec.retry_failed)) continue;
      if (auto added = index.add_done(score->key); !added) return std::unexpected(added.error());
    } else if (const auto* lease = std::get_if<journal::LeaseRecord>(*record)) {
      budget.add(*lease);
    } else if (const auto* settle = std::get_if<journal::SettleRecord>(*record)) {
      budget.add(*settle);
    }
  }
  history.report = reader->report();
  history.past = budget.result();
  return history;
}

}  // namespace assay::crawl
