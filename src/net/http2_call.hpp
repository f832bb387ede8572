#pragma once

#include "net/answer_clock.hpp"
#include "net/exchange.hpp"
#include "net/http2_answer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace assay::net {

// One exchange on a stream of its own.
struct Http2Call {
  Http2Call(std::unique_ptr<Exchange> what,
            Instant begun_at,
            const AnswerLimits& limits,
            BodyBudget& budget)
      : exchange(std::move(what)),
        answer(limits, budget),
        clock(begun_at, exchange->timing.started),
        begun(begun_at) {}

  std::unique_ptr<Exchange> exchange;  // its body is let go once all of it is on the way
  Http2Answer answer;
  AnswerClock clock;
  Instant begun;
  std::int32_t stream = 0;
  std::size_t body_sent = 0;
  bool sending = false;   // its head was handed out: the server may know of it
  bool all_sent = false;  // so was the last byte of its body
  std::size_t place = 0;  // among the connection's calls
};

}  // namespace assay::net
