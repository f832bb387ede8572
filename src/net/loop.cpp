#include "net/loop.hpp"

#include "net/clock.hpp"
#include "net/loop_state.hpp"

#include <openssl/crypto.h>

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <algorithm>

namespace assay::net {

void keep_freed_memory(int bytes) {
#ifdef M_TRIM_THRESHOLD
  constexpr int mapped_max = 32 << 20;  // glibc's own limit
  ::mallopt(M_MMAP_THRESHOLD, std::min(bytes / 2, mapped_max));
  ::mallopt(M_TRIM_THRESHOLD, bytes);
#else
  static_cast<void>(bytes);
#endif
}

Loop::Loop(boost::asio::io_context& io) : state_(std::make_shared<LoopState>(io)) {}

Loop::~Loop() = default;

LoopState::LoopState(boost::asio::io_context& context)
    : io(context),
      wire_(std::make_unique_for_overwrite<char[]>(wire_bytes)),
      plain_(std::make_unique_for_overwrite<char[]>(plain_bytes)),
      out_(std::make_unique_for_overwrite<char[]>(plain_bytes)),
      timer_(context) {}

LoopState::~LoopState() {
  OPENSSL_cleanse(out_.get(), plain_bytes);
}

void LoopState::set_alarm(Alarm& alarm, Instant due) {
  alarms_.set(alarm, due);
  if (due < armed_for_) arm_timer();
}

void LoopState::arm_timer() {
  const auto next = alarms_.next();
  armed_for_ = next.value_or(Instant::max());
  if (!next) return;
  timer_.expires_at(std::chrono::steady_clock::time_point(next->time_since_epoch()));
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;  // set anew for an earlier time, or the loop is gone
    self->armed_for_ = Instant::max();
    self->alarms_.ring_due(now());
    self->arm_timer();
  });
}

}  // namespace assay::net
