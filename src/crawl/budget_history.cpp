#include "crawl/budget_history.hpp"

#include "crawl/terms.hpp"

#include <algorithm>
#include <utility>

namespace assay::crawl {

BudgetHistory::BudgetHistory(std::vector<std::string> policies) : policies_(std::move(policies)) {}

std::optional<std::uint32_t> BudgetHistory::account_of(const std::string& name) const {
  if (name.empty()) return 0;
  const auto place = std::ranges::find(policies_, name);
  if (place == policies_.end()) return std::nullopt;
  return static_cast<std::uint32_t>(1 + (place - policies_.begin()));
}

void BudgetHistory::add(const std::string& policy, const journal::Delivery& delivery) {
  const auto charge = [&](std::uint32_t account) {
    pace::Ledger::Past& past = past_[account];
    past.charged += amount_of(delivery.charged);
    past.unknown += amount_of(delivery.unknown);
  };
  charge(0);
  if (const auto own = account_of(policy); own && *own != 0) charge(*own);
}

void BudgetHistory::add(const journal::Record& record) {
  if (const auto* score = std::get_if<journal::ScoreRecord>(&record)) {
    add(score->policy, score->delivery);
  } else if (const auto* text = std::get_if<journal::TextRecord>(&record)) {
    add(text->policy, text->delivery);
  } else if (const auto* judgement = std::get_if<journal::JudgementRecord>(&record)) {
    add(judgement->policy, judgement->delivery);
  } else if (const auto* lease = std::get_if<journal::LeaseRecord>(&record)) {
    if (const auto account = account_of(lease->marks.account)) {
      past_[*account].mark = amount_of(lease->marks.leased);
    }
  } else if (const auto* settle = std::get_if<journal::SettleRecord>(&record)) {
    if (const auto account = account_of(settle->marks.account)) {
      past_[*account] = {.account = *account,
                         .charged = amount_of(settle->marks.spent),
                         .unknown = amount_of(settle->marks.unknown),
                         .mark = amount_of(settle->marks.leased)};
    }
  }
}

std::vector<pace::Ledger::Past> BudgetHistory::result() const {
  std::vector<pace::Ledger::Past> result;
  for (const auto& [account, past] : past_) {
    result.push_back(past);
    result.back().account = account;
  }
  return result;
}

}  // namespace assay::crawl
