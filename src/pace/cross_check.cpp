#include "pace/cross_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace assay::pace {
namespace {

constexpr std::size_t items_wanted = 8;
constexpr int failures_max = 20;  // more than a burst of chance faults

// Of one token. Below is the last digits of printing.
constexpr double exact_nats = 1e-6;
// An endpoint whose own answers differ by more cannot be told from another model.
constexpr double noise_max_nats = 0.1;

// Student's t of 16 degrees of freedom (8 items, two endpoints, one repeat each), two-sided: 0.05 %
// shared among 8 items, and 0.05 % for all of them together.
constexpr double t_of_one = 5.37;
constexpr double t_of_all = 4.35;

// To so many digits.
std::string printed(double value, int digits) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(
      text.data(), text.data() + text.size(), value, std::chars_format::general, digits);
  return {text.data(), end.ptr};
}

std::string counted(std::size_t items) {
  return std::to_string(items) + " items";
}

}  // namespace

bool CrossCheck::begin() {
  const std::size_t have = is_noisy_ ? twice_.size() : exact_;
  if (verdict_ != Verdict::open || have + begun_ >= items_wanted) return false;
  ++begun_;
  return true;
}

void CrossCheck::on_failed(const Failure& failure) {
  --begun_;
  if (++failed_ < failures_max) return;
  conclude(Verdict::different,
           counted(static_cast<std::size_t>(failed_)) + " in a row could not be measured there (" +
               std::string(name_of(failure.cls)) + ": " + failure.reason + ")");
}

// Items that are still on their way end in the new check. What is known of the noise stays.
void CrossCheck::check_again() {
  if (verdict_ != Verdict::equal) return;
  verdict_ = Verdict::open;
  reason_.clear();
  exact_ = 0;
  worst_ = 0;
  twice_.clear();
}

void CrossCheck::add(const Pair& pair) {
  --begun_;
  failed_ = 0;
  if (verdict_ != Verdict::open || !tokens_agree(pair)) return;
  if (pair.reference.size() > 1) {
    add_twice(pair);
  } else if (!is_noisy_) {
    add_once(pair);
  }
}

bool CrossCheck::tokens_agree(const Pair& pair) {
  const std::int64_t tokens = pair.reference.front().tokens;
  const auto other = std::ranges::find_if(
      pair.stand_in, [&](const Measured& there) { return there.tokens != tokens; });
  if (other == pair.stand_in.end()) return true;
  conclude(Verdict::different,
           "a response of " + std::to_string(tokens) + " tokens has " +
               std::to_string(other->tokens) + " there");
  return false;
}

void CrossCheck::add_once(const Pair& pair) {
  const Measured& here = pair.reference.front();
  const double apart = std::abs(pair.stand_in.front().nats - here.nats);
  worst_ = std::max(worst_, apart);
  if (apart > exact_nats * static_cast<double>(std::max<std::int64_t>(here.tokens, 1))) {
    is_noisy_ = true;
    return;
  }
  if (++exact_ == items_wanted)
    conclude(Verdict::equal, counted(exact_) + " agree to " + printed(worst_, 1) + " nats");
}

void CrossCheck::add_twice(const Pair& pair) {
  const auto mean = [](const std::vector<Measured>& two) {
    return (two[0].nats + two[1].nats) / 2;
  };
  const auto square = [](const std::vector<Measured>& two) {
    return (two[0].nats - two[1].nats) * (two[0].nats - two[1].nats) / 2;
  };
  const std::int64_t tokens = std::max<std::int64_t>(pair.reference.front().tokens, 1);
  const double nats = mean(pair.stand_in) - mean(pair.reference);
  twice_.push_back({nats / std::sqrt(static_cast<double>(tokens)),
                    (square(pair.reference) + square(pair.stand_in)) / static_cast<double>(tokens),
                    nats,
                    tokens});
  if (twice_.size() == items_wanted) judge();
}

// A mean of two less a mean of two varies as one answer does.
void CrossCheck::judge() {
  double spread = 0;
  double together = 0;
  const Twice* worst = &twice_.front();
  bool exact = true;
  for (const Twice& item : twice_) {
    spread += item.spread;
    together += item.difference;
    if (std::abs(item.difference) > std::abs(worst->difference)) worst = &item;
    exact = exact && std::abs(item.nats) <= exact_nats * static_cast<double>(item.tokens);
  }
  const auto count = static_cast<double>(twice_.size());
  const double noise = std::sqrt(spread / (2 * count));  // nats, of one token
  const bool one = std::abs(worst->difference) > t_of_one * noise;
  const bool all = std::abs(together) / std::sqrt(count) > t_of_all * noise;
  const std::string found = "the worst of " + counted(twice_.size()) + " differs by " +
                            printed(std::abs(worst->nats), 2) + " nats over " +
                            std::to_string(worst->tokens) + " tokens, and repeated answers by " +
                            printed(noise, 2) + " per token";
  if (noise > noise_max_nats) {
    conclude(Verdict::different,
             "its answers and the first one's repeat too badly to tell: " + found);
  } else {
    conclude(!exact && (one || all) ? Verdict::different : Verdict::equal, found);
  }
}

void CrossCheck::conclude(Verdict verdict, std::string reason) {
  if (verdict_ != Verdict::open) return;
  verdict_ = verdict;
  reason_ = std::move(reason);
}

}  // namespace assay::pace
