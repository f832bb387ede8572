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

}  // namespace assay::net
