#include "crawl/canary_schedule.hpp"

#include <utility>

namespace assay::crawl {

ContentKey canary_key(const Policy& policy, const Sample& canary, std::uint32_t round) {
  Policy repeated = policy;
  repeated.replicate = round;
  return content_key(repeated, canary, policy.method, Purpose::canary);
}

std::uint64_t canary_rounds(const CanaryRhythm& rhythm, std::uint64_t rows) {
  if (rows == 0) return 0;
  return 1 + (rows + rhythm.items - 1) / rhythm.items;
}

CanarySchedule::CanarySchedule(const CanaryRhythm& rhythm,
                               std::vector<std::uint32_t> policies,
                               std::uint32_t canaries,
                               std::uint32_t first_round,
                               Instant now)
    : rhythm_(rhythm),
      policies_(std::move(policies)),
      canaries_(canaries),
      round_(first_round),
      first_left_(policies_.size() * canaries),
      last_round_(now) {
  add_round();
}

void CanarySchedule::add_round() {
  for (const std::uint32_t policy : policies_) {
    for (std::uint32_t canary = 0; canary < canaries_; ++canary) {
      due_.push_back({.policy = policy, .canary = canary, .replicate = round_});
    }
  }
  ++round_;
  rows_since_ = 0;
}

std::optional<CanaryCall> CanarySchedule::next() {
  if (due_.empty()) return std::nullopt;
  const CanaryCall call = due_.front();
  due_.pop_front();
  return call;
}

void CanarySchedule::on_row(Instant now) {
  ++rows_since_;
  if (rows_since_ < rhythm_.items && now - last_round_ < rhythm_.interval) return;
  last_round_ = now;
  add_round();
}

void CanarySchedule::on_last_row() {
  if (rows_since_ > 0) add_round();
}

bool CanarySchedule::on_ended() {
  if (first_left_ == 0) return false;
  return --first_left_ == 0;
}

}  // namespace assay::crawl
