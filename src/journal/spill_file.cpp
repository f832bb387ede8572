#include "journal/spill_file.hpp"

#include "journal/io_error.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace assay::journal {

Result<SpillFile> SpillFile::open(const std::filesystem::path& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    // A file system without O_TMPFILE: a name that is taken away at once.
    std::string name = (folder / "spill-XXXXXX").string();
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(name.c_str());
  }
  if (file < 0) return std::unexpected(io_error("make a temporary file in", folder, Errno{errno}));
  return SpillFile(file, folder);
}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), folder_(std::move(other.folder_)) {}

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(folder_, other.folder_);
  return *this;
}

SpillFile::~SpillFile() {
  if (file_ >= 0) ::close(file_);
}

Status SpillFile::write_at(const void* bytes, std::size_t size, std::uint64_t offset) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t count = ::pwrite(file_, at, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return std::unexpected(
          io_error("write a temporary file in", folder_, Errno{count < 0 ? errno : EIO}));
    }
    at += count;
    size -= static_cast<std::size_t>(count);
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Status SpillFile::read_at(void* bytes, std::size_t size, std::uint64_t offset) const {
  char* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t count = ::pread(file_, at, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return std::unexpected(
          io_error("read a temporary file in", folder_, Errno{count < 0 ? errno : EIO}));
    }
    at += count;
    size -= static_cast<std::size_t>(count);
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

}  // namespace assay::journal
