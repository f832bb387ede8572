#include "net/loop.hpp"

#include "net/clock.hpp"
#include "net/loop_state.hpp"

#include <openssl/crypto.h>

#include <malloc.h>

namespace assay::net {

namespace {

// Answers that came together are freed together, and glibc gives the top of its heap back to the
// kernel beyond 128 KB, so that each page of the next ones is faulted in anew: a fifth of what an
// answer costs. It learns better once a larger block was freed; these are its own values after one
// of 1 MB.
void keep_freed_memory() {
#ifdef M_TRIM_THRESHOLD
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 2 << 20);
#endif
}

}  // namespace

Loop::Loop(boost::asio::io_context& io) : state_(std::make_shared<LoopState>(io)) {}

Loop::~Loop() = default;

LoopState::LoopState(boost::asio::io_context& context)
    : io(context),
      wire_(std::make_unique_for_overwrite<char[]>(wire_bytes)),
      plain_(std::make_unique_for_overwrite<char[]>(plain_bytes)),
      out_(std::make_unique_for_overwrite<char[]>(plain_bytes)),
      timer_(context) {
  keep_freed_memory();
}

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
