#pragma once

#include "assay/time.hpp"
#include "net/client_options.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace assay::net {

// The deadlines of one answer under way, but for the connect and handshake ones. Knows no clock.
class AnswerClock {
 public:
  // `begun`: the exchange was put on its connection; `started`: when its total deadline began.
  AnswerClock(Instant begun, Instant started)
      : begun_(begun), started_(started), last_byte_(begun), window_start_(begun) {}

  void note_bytes(Instant now) { last_byte_ = now; }
  // The first byte of the final answer was among the last ones; `bytes_in`: of the answer so far.
  void note_final(std::uint64_t bytes_in);

  [[nodiscard]] Instant last_byte() const { return last_byte_; }
  [[nodiscard]] Instant due(const Deadlines& limits) const { return next_due(limits).at; }

  // Why the exchange is over, when a limit has passed. A window of minimum progress that had enough
  // is followed by the next.
  [[nodiscard]] std::optional<std::string> overdue(Instant now,
                                                   std::uint64_t bytes_in,
                                                   const Deadlines& limits);

 private:
  enum class Limit : std::uint8_t { first_byte, between_bytes, progress, total };
  struct Due {
    Instant at;
    Limit limit;
  };
  [[nodiscard]] Due next_due(const Deadlines& limits) const;

  Instant begun_;
  Instant started_;
  Instant last_byte_;
  Instant window_start_;            // of the minimum-progress rule
  std::uint64_t window_bytes_ = 0;  // bytes of the answer at its start
  bool in_final_ = false;
};

}  // namespace assay::net
