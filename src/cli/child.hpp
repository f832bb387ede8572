#pragma once

#include "assay/result.hpp"
#include "assay/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace assay::cli {

// Where a child's output goes.
enum class Output : std::uint8_t { inherit, capture, discard };

struct ChildOptions {
  std::vector<std::pair<std::string, std::string>> environment;  // added to our own
  Output out = Output::capture;
  Output err = Output::inherit;
};

// A process of ours that ends when we do: started, read from, signalled and waited for by its pid
// only.
class Child {
 public:
  // Errors: Errc::io when it cannot be started.
  [[nodiscard]] static Result<Child> start(const std::vector<std::string>& argv,
                                           const ChildOptions& options = {});

  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();  // ends the process with SIGKILL if it was not waited for

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;

  // How a process ended: its exit code, or 128 + the signal that ended it.
  [[nodiscard]] int wait();
  // The same, or nothing when it still runs after `patience`.
  [[nodiscard]] std::optional<int> wait_for(Duration patience);

  // The next line of captured standard output without its newline; nothing at its end or after
  // `patience`.
  [[nodiscard]] std::optional<std::string> read_line(Duration patience);
  // All captured output (standard output, then standard error) until both are closed.
  struct Text {
    std::string out;
    std::string err;
  };
  [[nodiscard]] Text read_all();

 private:
  Child(pid_t pid, int out, int err) : pid_(pid), out_(out), err_(err) {}
  void close_all();

  pid_t pid_ = -1;
  int pidfd_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string held_;  // read, not yet given out
};

}  // namespace assay::cli
