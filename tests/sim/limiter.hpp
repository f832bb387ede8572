#pragma once

#include <assay/time.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace assay::sim {

// How a simulated provider keeps one limit per minute; written apart from the client's own, so that
// one mistake cannot hide in both.
class Limiter {
 public:
  enum class Kind : std::uint8_t { bucket, window, log };

  Limiter(Kind kind, double per_minute, double burst, Instant now)
      : kind_(kind), per_minute_(per_minute), burst_(burst), level_(burst), at_(now) {}

  void change(double per_minute, Instant now) {
    refill(now);
    per_minute_ = per_minute;
  }

  [[nodiscard]] double remaining(Instant now) {
    refill(now);
    return kind_ == Kind::bucket ? level_ : per_minute_ - used_;
  }
  [[nodiscard]] bool admits(double cost, Instant now) { return remaining(now) >= cost - 1e-9; }
  void take(double cost, Instant now) {
    refill(now);
    taken_ += cost;
    level_ -= cost;
    used_ += cost;
    if (kind_ == Kind::log) log_.emplace_back(now, cost);
  }
  // Until `cost` would be admitted if nothing else came.
  [[nodiscard]] Duration wait(double cost, Instant now) {
    refill(now);
    if (admits(cost, now)) return {};
    if (kind_ == Kind::bucket) return seconds((cost - level_) / per_minute_ * 60);
    if (kind_ == Kind::window) return window_end() - now;
    double free = per_minute_ - used_;
    for (const auto& [when, amount] : log_) {
      free += amount;
      if (free >= cost) return when + minute - now;
    }
    return minute;
  }
  // Until it is full.
  [[nodiscard]] Duration reset(Instant now) {
    refill(now);
    if (kind_ == Kind::bucket) return seconds((burst_ - level_) / per_minute_ * 60);
    if (kind_ == Kind::window) return window_end() - now;
    return log_.empty() ? Duration{} : log_.back().first + minute - now;
  }
  // What it could have given away since the start: burst + rate x span. A window or log starts
  // full, and what it will give is only known window by window.
  [[nodiscard]] double taken() const { return taken_; }
  [[nodiscard]] double per_minute() const { return per_minute_; }

 private:
  static constexpr Duration minute = std::chrono::minutes(1);
  static Duration seconds(double s) { return Duration(static_cast<std::int64_t>(s * 1e9) + 1); }
  [[nodiscard]] Instant window_end() const { return at_ + minute; }

  void refill(Instant now) {
    if (kind_ == Kind::bucket) {
      const double span = std::chrono::duration<double>(now - at_).count();
      level_ = std::min(burst_, level_ + span * per_minute_ / 60);
      at_ = std::max(at_, now);
    } else if (kind_ == Kind::window) {
      while (now >= window_end()) {
        at_ += minute;
        used_ = 0;
      }
    } else {
      while (!log_.empty() && now >= log_.front().first + minute) {
        used_ -= log_.front().second;
        log_.pop_front();
      }
    }
  }

  Kind kind_;
  double per_minute_;
  double burst_;
  double level_;
  double used_ = 0;
  double taken_ = 0;
  Instant at_;  // of the level; of a window: its start
  std::deque<std::pair<Instant, double>> log_;
};

}  // namespace assay::sim
