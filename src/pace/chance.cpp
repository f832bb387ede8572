#include "pace/chance.hpp"

#include <algorithm>
#include <cmath>

namespace assay::pace {
namespace {

constexpr double memory = 1'000;  // requests
constexpr double share_min = 0.002;
constexpr double share_max = 0.3;  // beyond, nothing tells chance from a limit
constexpr std::int64_t block_min = 64;

}  // namespace

double Chance::share() const {
  return std::clamp(refusals_ / std::max(sent_, 1.0), share_min, share_max);
}

void Chance::learn(std::int64_t refusals, std::int64_t sent, std::uint64_t granted) {
  refusals_ = static_cast<double>(refusals);
  sent_ = static_cast<double>(std::max<std::int64_t>(sent, 1));
  restart(granted);
}

void Chance::restart(std::uint64_t granted) {
  former_ = present_ = Block{granted, 0};
}

void Chance::settle(const Block& block, std::uint64_t until) {
  const auto sent = static_cast<double>(until - block.after);
  const double kept = std::exp(-sent / memory);
  refusals_ = kept * refusals_ + static_cast<double>(block.refusals);
  sent_ = kept * sent_ + sent;
}

bool Chance::explains_refusal(std::uint64_t seq,
                              std::uint64_t granted,
                              std::int64_t in_flight_max) {
  const auto size = static_cast<std::uint64_t>(std::max(in_flight_max, block_min));
  if (seq > present_.after + size) {
    settle(former_, present_.after);
    former_ = present_;
    present_ = Block{seq - 1, 0};
  }
  const bool is_present = seq > present_.after;
  if (!is_present && seq <= former_.after) return true;  // that is history
  Block& block = is_present ? present_ : former_;
  const auto sent = static_cast<double>((is_present ? granted : present_.after) - block.after);
  const double expected = share() * sent;
  const double spread = std::sqrt(expected * (1 - share()));
  return static_cast<double>(++block.refusals) <= expected + 4 * spread + 3;
}

}  // namespace assay::pace
