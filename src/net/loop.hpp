#pragma once

#include <memory>

namespace boost::asio {
class io_context;
}

namespace assay::net {

class LoopState;

// What all clients on one event loop share: the buffer that sockets are read into (256 KiB), the
// one timer behind all deadlines. The io_context outlives the Loop, the Loop outlives its clients,
// and one thread runs them all.
class Loop {
 public:
  explicit Loop(boost::asio::io_context& io);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  [[nodiscard]] LoopState& state() { return *state_; }

 private:
  std::shared_ptr<LoopState>
      state_;  // shared with the timer's handler, which may be queued when the Loop goes
};

// Lets the process keep up to so many freed bytes at the top of its heap; for a main() to call
// before there are threads (mallopt of glibc; elsewhere nothing). Answers that came together are
// freed together, and glibc gives what is beyond 128 KB back to the kernel, so that each page of
// the next ones is faulted in anew: a fifth of what an answer costs.
void keep_freed_memory(int bytes = 2 << 20);

}  // namespace assay::net
