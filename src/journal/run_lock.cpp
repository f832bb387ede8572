#include "journal/run_lock.hpp"

#include "journal/io_error.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

namespace assay::journal {
namespace {

// "process 4711", or less when the holder has not written its id yet.
std::string holder_of(int file) {
  std::array<char, 32> text{};
  const ssize_t count = ::pread(file, text.data(), text.size(), 0);
  std::string id;
  for (ssize_t i = 0; i < count && text[static_cast<std::size_t>(i)] >= '0' &&
                      text[static_cast<std::size_t>(i)] <= '9';
       ++i) {
    id += text[static_cast<std::size_t>(i)];
  }
  return id.empty() ? "another process" : "process " + id;
}

}  // namespace

Result<RunLock> RunLock::take(const std::filesystem::path& run) {
  const auto path = run / "lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return std::unexpected(io_error("open", path, Errno{errno}));
  RunLock lock(file);
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file, F_OFD_SETLK, &whole) != 0) {
    if (errno != EAGAIN && errno != EACCES) {
      return std::unexpected(io_error("lock", path, Errno{errno}));
    }
    return fail(Errc::locked,
                fmt::format("{} is in use by {}; wait for it, or choose another run directory",
                            run.string(),
                            holder_of(file)));
  }
  const std::string id = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, id.data(), id.size(), 0) < 0) {
    return std::unexpected(io_error("write", path, Errno{errno}));
  }
  return lock;
}

RunLock::RunLock(RunLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

RunLock& RunLock::operator=(RunLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

RunLock::~RunLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace assay::journal
