#include "journal/budget_audit.hpp"

#include <algorithm>
#include <utility>

namespace assay::journal {
namespace {

constexpr std::array axes{BudgetAxis::money, BudgetAxis::tokens, BudgetAxis::requests};

BudgetPoint sum_of(const BudgetPoint& a, const BudgetPoint& b) {
  return {a.money + b.money, a.tokens + b.tokens, a.requests + b.requests};
}

BudgetPoint larger_of(const BudgetPoint& a, const BudgetPoint& b) {
  return {
      std::max(a.money, b.money), std::max(a.tokens, b.tokens), std::max(a.requests, b.requests)};
}

BudgetPoint difference_of(const BudgetPoint& a, const BudgetPoint& b) {
  return {a.money - b.money, a.tokens - b.tokens, a.requests - b.requests};
}

const Delivery* delivery_of(const Record& record) {
  if (const auto* score = std::get_if<ScoreRecord>(&record)) return &score->delivery;
  if (const auto* text = std::get_if<TextRecord>(&record)) return &text->delivery;
  if (const auto* judgement = std::get_if<JudgementRecord>(&record)) return &judgement->delivery;
  return nullptr;
}

const std::string& policy_of(const Record& record) {
  if (const auto* score = std::get_if<ScoreRecord>(&record)) return score->policy;
  if (const auto* text = std::get_if<TextRecord>(&record)) return text->policy;
  return std::get<JudgementRecord>(record).policy;
}

}  // namespace

std::string_view name_of(BudgetAxis axis) {
  switch (axis) {
    case BudgetAxis::money:
      return "usd";
    case BudgetAxis::tokens:
      return "tokens";
    case BudgetAxis::requests:
      return "requests";
  }
  return "";
}

std::int64_t on_axis(const BudgetPoint& point, BudgetAxis axis) {
  switch (axis) {
    case BudgetAxis::money:
      return point.money.nanos();
    case BudgetAxis::tokens:
      return point.tokens.value;
    case BudgetAxis::requests:
      return point.requests;
  }
  return 0;
}

std::optional<std::int64_t> on_axis(const BudgetCap& cap, BudgetAxis axis) {
  switch (axis) {
    case BudgetAxis::money:
      return cap.money ? std::optional(cap.money->nanos()) : std::nullopt;
    case BudgetAxis::tokens:
      return cap.tokens ? std::optional(cap.tokens->value) : std::nullopt;
    case BudgetAxis::requests:
      return cap.requests;
  }
  return std::nullopt;
}

void BudgetAudit::add(const Record& record, const VerifiedLine& line) {
  ++records_;
  const Place place{.segment = line.segment, .offset = line.offset};
  if (const Delivery* delivery = delivery_of(record)) {
    charge("", *delivery, place);
    charge(policy_of(record), *delivery, place);
    compare_usage(*delivery);
  } else if (const auto* leased = std::get_if<LeaseRecord>(&record)) {
    lease(leased->marks, place);
  } else if (const auto* settled = std::get_if<SettleRecord>(&record)) {
    settle(settled->marks, place);
  }
}

void BudgetAudit::charge(const std::string& account, const Delivery& delivery, Place place) {
  Book& book = books_[account];
  book.charged = sum_of(book.charged, delivery.charged);
  book.unknown = sum_of(book.unknown, delivery.unknown);
  show(account);
  Account& shown = accounts_[account];
  if (!shown.cap) return;
  const BudgetPoint committed = sum_of(book.charged, book.unknown);
  const BudgetPoint leased = book.leased.value_or(BudgetPoint{});
  for (const BudgetAxis axis : axes) {
    if (!on_axis(*shown.cap, axis)) continue;
    ++shown.proved[static_cast<std::size_t>(axis)];
    require(account,
            axis,
            on_axis(committed, axis),
            on_axis(leased, axis),
            "more was charged than the leases before it cover",
            place);
  }
}

std::optional<BudgetCap> BudgetAudit::cap_of(const BudgetMarks& marks) const {
  if (marks.cap) return marks.cap;
  const auto known = caps_.find(marks.account);
  return known == caps_.end() ? std::nullopt : std::optional(known->second);
}

void BudgetAudit::lease(const BudgetMarks& marks, Place place) {
  Book& book = books_[marks.account];
  Account& shown = accounts_[marks.account];
  shown.cap = cap_of(marks);
  const BudgetPoint committed = sum_of(sum_of(marks.spent, marks.unknown), marks.reserved);
  const BudgetPoint before = book.leased.value_or(BudgetPoint{});
  book.leased = marks.leased;
  show(marks.account);
  if (!shown.cap) return;
  for (const BudgetAxis axis : axes) {
    const auto cap = on_axis(*shown.cap, axis);
    if (!cap) continue;
    ++shown.proved[static_cast<std::size_t>(axis)];
    require(marks.account,
            axis,
            on_axis(committed, axis),
            on_axis(marks.leased, axis),
            "a lease states more as committed than it covers",
            place);
    // A cap that was lowered below what is committed lets nothing more through.
    require(marks.account,
            axis,
            on_axis(marks.leased, axis),
            std::max(*cap, on_axis(before, axis)),
            "a lease is above the cap",
            place);
  }
}

void BudgetAudit::settle(const BudgetMarks& marks, Place place) {
  Book& book = books_[marks.account];
  Account& shown = accounts_[marks.account];
  const auto cap_before = shown.cap;
  shown.cap = cap_of(marks);
  const BudgetPoint committed = sum_of(marks.spent, marks.unknown);
  const BudgetPoint covered =
      larger_of(book.leased.value_or(BudgetPoint{}), sum_of(book.charged, book.unknown));
  for (const BudgetAxis axis : axes) {
    require(marks.account,
            axis,
            on_axis(book.charged, axis),
            on_axis(marks.spent, axis),
            "a clean end forgets what records hold",
            place);
    if (!cap_before || !on_axis(*cap_before, axis)) continue;
    ++shown.proved[static_cast<std::size_t>(axis)];
    require(marks.account,
            axis,
            on_axis(committed, axis),
            on_axis(covered, axis),
            "a clean end states more than the leases before it cover",
            place);
  }
  book = {.charged = marks.spent, .unknown = marks.unknown, .leased = committed};
  show(marks.account);
}

void BudgetAudit::show(const std::string& account) {
  const Book& book = books_[account];
  Account& shown = accounts_[account];
  const BudgetPoint proved = sum_of(book.charged, book.unknown);
  const BudgetPoint covered = larger_of(book.leased.value_or(BudgetPoint{}), proved);
  shown.spent = book.charged;
  shown.unknown = difference_of(covered, book.charged);
  shown.most = larger_of(shown.most, covered);
}

void BudgetAudit::compare_usage(const Delivery& delivery) {
  if (delivery.attempts == 0) return;
  ++usage_.answers;
  const bool by_one_request = delivery.charged.requests == 1 && delivery.unknown == BudgetPoint{} &&
                              delivery.charged.tokens.value > 0;
  if (!by_one_request || !delivery.usage.input || !delivery.usage.output) return;
  const TokenCount reported = *delivery.usage.input + *delivery.usage.output;
  ++usage_.compared;
  usage_.reported += reported;
  usage_.charged += delivery.charged.tokens;
  if (reported != delivery.charged.tokens) ++usage_.differing;
}

void BudgetAudit::require(const std::string& account,
                          BudgetAxis axis,
                          std::int64_t have,
                          std::int64_t allowed,
                          const char* what,
                          Place place) {
  if (have <= allowed) return;
  ++breach_count_;
  if (breaches_.size() == breaches_max) return;
  breaches_.push_back({.account = account,
                       .axis = axis,
                       .what = what,
                       .have = have,
                       .allowed = allowed,
                       .segment = place.segment,
                       .offset = place.offset});
}

}  // namespace assay::journal
