#include "dataset/file_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace assay::dataset {
namespace {

std::string reason(const std::string& path, int error) {
  return fmt::format("{}: {}", path, std::strerror(error));
}

class FileSource : public ByteSource {
 public:
  FileSource(std::string path, int file) : path_(std::move(path)), file_(file) {}
  ~FileSource() override { ::close(file_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      const ssize_t got = ::read(file_, into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return fail(Errc::io, reason(path_, errno));
    }
  }

  Status rewind() override {
    if (::lseek(file_, 0, SEEK_SET) == 0) return {};
    return fail(Errc::io, reason(path_, errno));
  }

 private:
  std::string path_;
  int file_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file(const std::string& path) {
  // Without O_NONBLOCK, opening a pipe that nobody writes would wait for ever.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) return fail(Errc::input, reason(path, errno));
  auto source = std::make_unique<FileSource>(path, file);
  struct stat status{};
  if (::fstat(file, &status) != 0) return fail(Errc::io, reason(path, errno));
  if (!S_ISREG(status.st_mode)) {
    return fail(Errc::input, fmt::format("{}: not a regular file; copy its contents to one", path));
  }
  return source;
}

PathKind kind_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return PathKind::missing;
  if (S_ISREG(status.st_mode)) return PathKind::file;
  return S_ISDIR(status.st_mode) ? PathKind::directory : PathKind::other;
}

Result<std::vector<std::string>> names_in(const std::string& directory) {
  struct Close {
    void operator()(DIR* open) const { ::closedir(open); }
  };
  const std::unique_ptr<DIR, Close> open(::opendir(directory.c_str()));
  if (!open) return fail(Errc::io, reason(directory, errno));
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return fail(Errc::io, reason(directory, errno));
  std::ranges::sort(names);
  return names;
}

}  // namespace assay::dataset
