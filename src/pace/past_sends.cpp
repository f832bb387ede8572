#include "pace/past_sends.hpp"

#include <algorithm>
#include <cmath>

namespace assay::pace {
namespace {

constexpr auto remembered = std::chrono::hours(24);
// A killed process sent nothing later than this after the last sign of life in its journal: longer
// no answer is waited for (reliability.md, time-outs).
constexpr auto silence_max = std::chrono::minutes(5);

std::int64_t second_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Duration age_of(WallTime time, WallTime now) {
  return std::max<Duration>(now - time, Duration{});
}

}  // namespace

void PastSends::on_alive(WallTime at) {
  alive_at_ = std::max(alive_at_, at);
}

void PastSends::on_clean_end(WallTime at) {
  on_alive(at);
  clean_ = true;
}

void PastSends::add(const Outcome& outcome) {
  Past& past = past_[index_of(outcome.endpoint)];
  clean_ = false;
  if (outcome.at == WallTime{}) {
    past.undated = true;
    return;
  }
  on_alive(outcome.at);
  const WallTime sent = std::chrono::floor<std::chrono::milliseconds>(outcome.at - outcome.latency);
  Second& second = past.seconds[second_of(sent)];
  second.requests += outcome.requests;
  second.tokens += outcome.tokens;
  second.newest = std::max(second.newest, sent);
  if (past.answers++ == 0) past.first = sent;
  past.last = std::max(past.last, outcome.at);
  past.tokens += outcome.tokens;
  past.busy_seconds += std::chrono::duration<double>(outcome.latency).count();
  // What is older than that by then is of no account.
  const std::int64_t horizon = second_of(alive_at_ - remembered);
  past.seconds.erase(past.seconds.begin(), past.seconds.lower_bound(horizon));
}

// As configured; else twice what was under way at once on the average (Little's law), and a few.
Pacer::PastSend PastSends::in_flight(const Past& past, const EndpointTerms& terms) {
  const double span =
      std::max(std::chrono::duration<double>(past.last - past.first).count(), 0.001);
  const auto guess = static_cast<std::int64_t>(std::ceil(2 * past.busy_seconds / span)) + 8;
  std::int64_t requests = std::min<std::int64_t>(terms.concurrency.value_or(guess), 10'000);
  if (terms.requests_per_minute) requests = std::min(requests, *terms.requests_per_minute);
  const std::int64_t tokens_each = past.answers > 0 ? past.tokens / past.answers + 1 : 1;
  return {Duration{}, requests, requests * tokens_each};
}

std::vector<Pacer::PastSend> PastSends::of(EndpointId endpoint,
                                           const EndpointTerms& terms,
                                           WallTime now) const {
  const Past& past = past_[index_of(endpoint)];
  std::vector<Pacer::PastSend> sends;
  for (const auto& [number, second] : past.seconds) {
    if (now - second.newest >= remembered) continue;
    sends.push_back({age_of(second.newest, now), second.requests, second.tokens});
  }
  const bool just_killed = !clean_ && now - alive_at_ < silence_max;
  if (past.undated) {
    const Duration age = just_killed ? Duration{} : age_of(alive_at_, now);
    sends.push_back(
        {age, terms.requests_per_minute.value_or(0), terms.tokens_per_minute.value_or(0)});
  } else if (just_killed) {
    sends.push_back(in_flight(past, terms));
  }
  return sends;
}

}  // namespace assay::pace
