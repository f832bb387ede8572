#include "pace/account.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

std::int64_t share_of(std::int64_t cap, double share) {
  return static_cast<std::int64_t>(static_cast<double>(cap) * share);
}

// The mark of one axis: what is needed now, a step on top, never beyond the cap.
std::int64_t mark_of(std::int64_t cap, std::int64_t needed, double share) {
  return std::min(cap, needed + std::max<std::int64_t>(share_of(cap, share), 1));
}

}  // namespace

const char* name_of(BudgetAxis axis) {
  switch (axis) {
    case BudgetAxis::usd:
      return "dollars";
    case BudgetAxis::tokens:
      return "tokens";
    case BudgetAxis::requests:
      return "requests";
  }
  return "";
}

std::int64_t on_axis(const Amount& amount, BudgetAxis axis) {
  switch (axis) {
    case BudgetAxis::usd:
      return amount.usd.nanos();
    case BudgetAxis::tokens:
      return amount.tokens.value;
    case BudgetAxis::requests:
      return amount.requests;
  }
  return 0;
}

Account::Account(std::uint32_t index, const Caps& caps, const Limits& limits)
    : index_(index), caps_(caps), share_(limits.lease_share), share_max_(limits.lease_share_max) {}

std::optional<Account::Denial> Account::denial(const WorstCase& worst) const {
  const Amount amount = worst.amount();
  if (caps_.usd && (!worst.usd || (amount.usd == NanoUsd{} && amount.tokens.value > 0))) {
    return Denial{Obstacle::price, BudgetAxis::usd};
  }
  const Amount settled = spent_ + unknown_ + amount;
  const Amount all = settled + reserved_;
  // For each obstacle in the order of how long it lasts, every axis.
  const auto first_above = [this](const Amount& sum,
                                  const Amount& bound) -> std::optional<BudgetAxis> {
    if (caps_.usd && sum.usd > bound.usd) return BudgetAxis::usd;
    if (caps_.tokens && sum.tokens > bound.tokens) return BudgetAxis::tokens;
    if (caps_.requests && sum.requests > bound.requests) return BudgetAxis::requests;
    return std::nullopt;
  };
  const Amount cap{caps_.usd.value_or(NanoUsd{}),
                   caps_.tokens.value_or(TokenCount{}),
                   caps_.requests.value_or(0)};
  if (const auto axis = first_above(settled, cap)) return Denial{Obstacle::cap, *axis};
  if (const auto axis = first_above(all, cap)) return Denial{Obstacle::settle, *axis};
  if (const auto axis = first_above(all, durable_)) return Denial{Obstacle::lease, *axis};
  return std::nullopt;
}

void Account::reserve(const Amount& worst) {
  reserved_ += worst;
}

void Account::settle(const Amount& reserved, const Amount& cost) {
  reserved_ -= reserved;
  spent_ += cost;
}

void Account::keep_unknown(const Amount& reserved) {
  reserved_ -= reserved;
  unknown_ += reserved;
}

void Account::want_lease(const Amount& worst, Need need) {
  if (!caps_.any() || asked_) return;
  if (need == Need::now && durable_ != Amount{}) share_ = std::min(2 * share_, share_max_);
  const Amount needed = committed() + worst;
  Amount mark;
  if (caps_.usd) {
    mark.usd = NanoUsd{mark_of(caps_.usd->nanos(), needed.usd.nanos(), share_)};
  }
  if (caps_.tokens) mark.tokens = {mark_of(caps_.tokens->value, needed.tokens.value, share_)};
  if (caps_.requests) mark.requests = mark_of(*caps_.requests, needed.requests, share_);
  mark.usd = std::max(mark.usd, durable_.usd);
  mark.tokens = std::max(mark.tokens, durable_.tokens);
  mark.requests = std::max(mark.requests, durable_.requests);
  if (mark == durable_) return;
  asked_ = mark;
  asked_polled_ = false;
}

// Asks for the next step when half of this one is used, so that sending need not wait for a disk.
void Account::look_ahead() {
  if (!caps_.any() || asked_) return;
  const Amount now = committed();
  const auto is_low = [this](std::int64_t cap, std::int64_t durable, std::int64_t committed) {
    return durable < cap && durable - committed <= share_of(cap, share_) / 2;
  };
  const bool low =
      (caps_.usd && is_low(caps_.usd->nanos(), durable_.usd.nanos(), now.usd.nanos())) ||
      (caps_.tokens && is_low(caps_.tokens->value, durable_.tokens.value, now.tokens.value)) ||
      (caps_.requests && is_low(*caps_.requests, durable_.requests, now.requests));
  if (low) want_lease({}, Need::ahead);
}

std::optional<LeaseMark> Account::poll_lease() {
  if (!asks()) return std::nullopt;
  asked_polled_ = true;
  return LeaseMark{index_, *asked_};
}

void Account::on_lease_durable(const Amount& committed_max) {
  durable_.usd = std::max(durable_.usd, committed_max.usd);
  durable_.tokens = std::max(durable_.tokens, committed_max.tokens);
  durable_.requests = std::max(durable_.requests, committed_max.requests);
  if (asked_ == committed_max) asked_.reset();
}

void Account::restore(const Amount& charged,
                      const Amount& unknown,
                      const std::optional<Amount>& mark) {
  spent_ = charged;
  unknown_ = unknown;
  if (!mark) return;
  const Amount recorded = charged + unknown;
  unknown_.usd += std::max(mark->usd - recorded.usd, NanoUsd{});
  unknown_.tokens += std::max(mark->tokens - recorded.tokens, TokenCount{});
  unknown_.requests += std::max<std::int64_t>(mark->requests - recorded.requests, 0);
  durable_ = *mark;
}

}  // namespace assay::pace
