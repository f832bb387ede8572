#include "cli/child.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace assay::cli {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

Result<Pipe> open_pipe(Output output) {
  if (output == Output::inherit) return Pipe{};
  if (output == Output::discard) {
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null < 0) return fail(Errc::io, fmt::format("/dev/null: {}", std::strerror(errno)));
    return Pipe{.read = -1, .write = null};
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(Errc::io, fmt::format("pipe: {}", std::strerror(errno)));
  return Pipe{.read = ends[0], .write = ends[1]};
}

void close_if_open(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// Between fork and exec only async-signal-safe calls are allowed: everything is prepared before.
[[noreturn]] void become(char* const* argv, char* const* environment, int out, int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (out >= 0) ::dup2(out, STDOUT_FILENO);
  if (err >= 0) ::dup2(err, STDERR_FILENO);
  ::execvpe(argv[0], argv, environment);
  ::_exit(127);
}

std::vector<std::string> joined_environment(const ChildOptions& options) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced = std::any_of(options.environment.begin(),
                                      options.environment.end(),
                                      [&](const auto& added) { return added.first == name; });
    if (!replaced) entries.emplace_back(text);
  }
  for (const auto& [name, value] : options.environment) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers_of(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

int exit_code_of_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int to_poll_timeout(Duration patience) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(patience).count());
}

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& argv, const ChildOptions& options) {
  auto out = open_pipe(options.out);
  if (!out) return std::unexpected(out.error());
  auto err = open_pipe(options.err);
  if (!err) return std::unexpected(err.error());
  const std::vector<std::string> environment = joined_environment(options);
  const std::vector<char*> argv_pointers = pointers_of(argv);
  const std::vector<char*> environment_pointers = pointers_of(environment);
  const pid_t pid = ::fork();
  if (pid == 0) become(argv_pointers.data(), environment_pointers.data(), out->write, err->write);
  const int fork_errno = errno;
  close_if_open(out->write);
  close_if_open(err->write);
  if (pid < 0)
    return fail(Errc::io, fmt::format("cannot start {}: {}", argv[0], std::strerror(fork_errno)));
  Child child(pid, out->read, err->read);
  child.pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  return child;
}

Child::Child(Child&& other) noexcept {
  *this = std::move(other);
}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(out_, other.out_);
  std::swap(err_, other.err_);
  std::swap(held_, other.held_);
  return *this;
}

Child::~Child() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    static_cast<void>(wait());
  }
  close_all();
}

void Child::close_all() {
  close_if_open(out_);
  close_if_open(err_);
  close_if_open(pidfd_);
}

void Child::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return exit_code_of_status(status);
}

std::optional<int> Child::wait_for(Duration patience) {
  pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
  if (::poll(&end, 1, to_poll_timeout(patience)) <= 0) return std::nullopt;
  return wait();
}

std::optional<std::string> Child::read_line(Duration patience) {
  for (;;) {
    if (const std::size_t end = held_.find('\n'); end != std::string::npos) {
      std::string line = held_.substr(0, end);
      held_.erase(0, end + 1);
      return line;
    }
    pollfd ready{.fd = out_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, to_poll_timeout(patience)) <= 0) return std::nullopt;
    std::array<char, 4096> block;
    const ssize_t got = ::read(out_, block.data(), block.size());
    if (got <= 0) return std::nullopt;
    held_.append(block.data(), static_cast<std::size_t>(got));
  }
}

Child::Text Child::read_all() {
  Text text{.out = std::move(held_), .err = {}};
  std::array<pollfd, 2> ends{pollfd{.fd = out_, .events = POLLIN, .revents = 0},
                             pollfd{.fd = err_, .events = POLLIN, .revents = 0}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      std::array<char, 16384> block;
      const ssize_t got = ::read(ends[i].fd, block.data(), block.size());
      if (got <= 0) {
        ends[i].fd = -1;
      } else {
        (i == 0 ? text.out : text.err).append(block.data(), static_cast<std::size_t>(got));
      }
    }
  }
  return text;
}

}  // namespace assay::cli
