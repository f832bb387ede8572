#pragma once

#include "assay/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

namespace assay::teacher {

// How an allowance per minute is kept.
enum class LimiterKind : std::uint8_t {
  bucket,  // fills at the rate, holds `burst` of it
  window,  // full at each start of a fixed window
  log,     // at most the allowance in any span of one window: a sliding log
};
[[nodiscard]] std::optional<LimiterKind> limiter_kind_of(std::string_view name);

struct Limits {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> concurrency;
  LimiterKind kind = LimiterKind::bucket;
  Duration burst = std::chrono::seconds(6);    // of the bucket; it holds at least one request
  Duration window = std::chrono::seconds(60);  // of window and log; the allowance is scaled to it
};

// The same limits at half their size; each stays at least 1.
[[nodiscard]] Limits halved(const Limits& limits);

// One axis (requests or tokens) of one key. Pure: time is passed in and may not go back; if it
// does, it stands still.
class Allowance {
 public:
  Allowance(std::int64_t per_minute, const Limits& limits, Instant now);

  // How long until `cost` could be taken: zero when now, nothing when never (it exceeds what the
  // axis ever holds).
  [[nodiscard]] std::optional<Duration> wait_for(std::int64_t cost, Instant now);
  // Takes `cost`; call only when wait_for says zero.
  void take(std::int64_t cost, Instant now);

  [[nodiscard]] std::int64_t per_minute() const { return per_minute_; }
  [[nodiscard]] std::int64_t remaining(Instant now);
  [[nodiscard]] Duration until_full(Instant now);

 private:
  struct Taken {
    Instant at;
    std::int64_t cost;
  };
  void move_to(Instant now);

  std::int64_t per_minute_;
  LimiterKind kind_;
  Duration window_;
  double capacity_;
  double rate_;  // per nanosecond, of the bucket
  double level_;
  Instant now_;
  Instant window_start_;
  std::deque<Taken> log_;
};

// What a limiter says about one request.
struct Admission {
  enum class Verdict : std::uint8_t {
    admitted,
    over_requests,
    over_tokens,
    over_concurrency,
    too_large
  };
  Verdict verdict = Verdict::admitted;
  Duration retry_after{};  // for over_requests and over_tokens
};

// What the rate-limit headers of an answer state.
struct AxisState {
  std::int64_t limit;
  std::int64_t remaining;
  Duration reset;
};

// The limits of one key. A refused request takes nothing.
class Limiter {
 public:
  Limiter(const Limits& limits, Instant now);

  [[nodiscard]] Admission admit(std::int64_t tokens, Instant now);
  void release();  // once for each admitted request, when its answer is out or its connection lost

  [[nodiscard]] std::optional<AxisState> requests(Instant now);
  [[nodiscard]] std::optional<AxisState> tokens(Instant now);
  [[nodiscard]] std::int64_t in_flight() const { return in_flight_; }

  // Other limits from now on, with nothing taken yet; what is in flight stays counted.
  void change(const Limits& limits, Instant now);

 private:
  Limits limits_;
  std::optional<Allowance> requests_;
  std::optional<Allowance> tokens_;
  std::int64_t in_flight_ = 0;
};

}  // namespace assay::teacher
