#include "net/answer_clock.hpp"

#include "net/seconds_text.hpp"

namespace assay::net {

void AnswerClock::note_final(std::uint64_t bytes_in) {
  in_final_ = true;
  window_start_ = last_byte_;
  window_bytes_ = bytes_in;
}

AnswerClock::Due AnswerClock::next_due(const Deadlines& limits) const {
  Due due{.at = started_ + limits.total, .limit = Limit::total};
  const auto consider = [&due](Instant at, Limit limit) {
    if (at < due.at) due = {.at = at, .limit = limit};
  };
  if (!in_final_) {
    consider(begun_ + limits.first_byte, Limit::first_byte);
  } else {
    consider(last_byte_ + limits.between_bytes, Limit::between_bytes);
    consider(window_start_ + limits.progress_window, Limit::progress);
  }
  return due;
}

std::optional<std::string> AnswerClock::overdue(Instant now,
                                                std::uint64_t bytes_in,
                                                const Deadlines& limits) {
  Due due = next_due(limits);
  if (now >= due.at && due.limit == Limit::progress &&
      bytes_in - window_bytes_ >= limits.progress_bytes) {
    window_start_ = now;
    window_bytes_ = bytes_in;
    due = next_due(limits);
  }
  if (now < due.at) return std::nullopt;
  switch (due.limit) {
    case Limit::first_byte:
      return "no first byte within " + seconds_text(limits.first_byte);
    case Limit::between_bytes:
      return "no byte for " + seconds_text(limits.between_bytes) + " within the answer";
    case Limit::progress:
      return "fewer than " + std::to_string(limits.progress_bytes) + " bytes within " +
             seconds_text(limits.progress_window);
    case Limit::total:
      break;
  }
  return "not complete within " + seconds_text(limits.total);
}

}  // namespace assay::net
