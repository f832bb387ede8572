#include "pace/ledger.hpp"

#include "assay/ensure.hpp"

#include <algorithm>
#include <array>

namespace assay::pace {
namespace {

Ledger::Verdict verdict_of(Account::Obstacle obstacle) {
  switch (obstacle) {
    case Account::Obstacle::settle:
      return Ledger::Verdict::wait_for_settle;
    case Account::Obstacle::lease:
      return Ledger::Verdict::wait_for_lease;
    case Account::Obstacle::cap:
      return Ledger::Verdict::exhausted;
    case Account::Obstacle::price:
      return Ledger::Verdict::price_unknown;
  }
  return Ledger::Verdict::exhausted;
}

}  // namespace

Ledger::Ledger(const Caps& run, std::vector<Caps> policies, const Limits& limits) {
  accounts_.reserve(policies.size() + 1);
  accounts_.emplace_back(0u, run, limits);
  for (const Caps& caps : policies) {
    accounts_.emplace_back(static_cast<std::uint32_t>(accounts_.size()), caps, limits);
  }
}

std::array<Account*, 2> Ledger::accounts_of(PolicyId policy) {
  ensure(index_of(policy) + 1 < accounts_.size(), "a policy has an account");
  return {&accounts_.front(), &accounts_[1 + index_of(policy)]};
}

Ledger::Answer Ledger::reserve(PolicyId policy, const WorstCase& worst) {
  const auto accounts = accounts_of(policy);
  Answer answer{Verdict::reserved, std::nullopt};
  for (const Account* account : accounts) {
    const auto denial = account->denial(worst);
    if (!denial) continue;
    // The obstacle that lasts longer counts; verdicts stand in that order.
    const Verdict verdict = verdict_of(denial->obstacle);
    if (verdict > answer.verdict) answer = {verdict, Refusal{account->index(), denial->axis}};
  }
  const Amount amount = worst.amount();
  if (answer.verdict == Verdict::wait_for_lease) {
    for (Account* account : accounts) {
      if (account->denial(worst)) account->want_lease(amount, Account::Need::now);
    }
    any_asked_ = true;
  }
  if (answer.verdict != Verdict::reserved) return answer;
  for (Account* account : accounts) {
    account->reserve(amount);
    account->look_ahead();
    any_asked_ = any_asked_ || account->asks();
  }
  return answer;
}

void Ledger::settle(PolicyId policy, const Amount& reserved, const Amount& cost) {
  for (Account* account : accounts_of(policy)) account->settle(reserved, cost);
}

void Ledger::keep_unknown(PolicyId policy, const Amount& reserved) {
  for (Account* account : accounts_of(policy)) account->keep_unknown(reserved);
}

void Ledger::release(PolicyId policy, const Amount& reserved, Sent sent) {
  const Amount cost{{}, {}, sent == Sent::refused ? reserved.requests : 0};
  for (Account* account : accounts_of(policy)) account->settle(reserved, cost);
}

void Ledger::add_unknown(PolicyId policy, const Amount& amount) {
  for (Account* account : accounts_of(policy)) account->add_unknown(amount);
}

std::optional<LeaseMark> Ledger::poll_lease() {
  if (!any_asked_) return std::nullopt;
  for (Account& account : accounts_) {
    if (auto mark = account.poll_lease()) return mark;
  }
  any_asked_ = false;
  return std::nullopt;
}

void Ledger::on_lease_durable(const LeaseMark& mark) {
  ensure(mark.account < accounts_.size(), "a lease belongs to an account");
  accounts_[mark.account].on_lease_durable(mark.committed_max);
}

void Ledger::restore(std::span<const Past> past) {
  for (const Past& entry : past) {
    ensure(entry.account < accounts_.size(), "a past belongs to an account");
    accounts_[entry.account].restore(entry.charged, entry.unknown, entry.mark);
  }
}

std::vector<LeaseMark> Ledger::closing_marks() const {
  ensure(nothing_reserved(), "a ledger closes with nothing reserved");
  std::vector<LeaseMark> marks;
  for (const Account& account : accounts_) marks.push_back({account.index(), account.committed()});
  return marks;
}

bool Ledger::nothing_reserved() const {
  return std::ranges::all_of(accounts_,
                             [](const Account& account) { return account.reserved() == Amount{}; });
}

}  // namespace assay::pace
