#include "journal/posix_storage.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace assay::journal {
namespace {

std::unexpected<Errno> last_error() {
  return std::unexpected(Errno{errno});
}

Io<void> done_if(int result) {
  if (result != 0) return last_error();
  return {};
}

class PosixStorage final : public Storage {
 public:
  Io<FileHandle> create(const std::filesystem::path& path) override {
    return opened(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  }
  Io<FileHandle> open_to_read(const std::filesystem::path& path) override {
    return opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }
  Io<std::size_t> write(FileHandle file, std::string_view bytes) override {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0) return last_error();
    return static_cast<std::size_t>(count);
  }
  Io<std::size_t> read_at(FileHandle file, std::span<char> buffer, std::uint64_t offset) override {
    const ssize_t count = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count < 0) return last_error();
    return static_cast<std::size_t>(count);
  }
  std::string_view map(FileHandle file, std::uint64_t offset, std::size_t bytes) override;
  void unmap(std::string_view mapped) override;
  Io<std::uint64_t> size_of(FileHandle file) override {
    struct stat status{};
    if (::fstat(file, &status) != 0) return last_error();
    return static_cast<std::uint64_t>(status.st_size);
  }
  Io<void> sync_data(FileHandle file) override { return done_if(::fdatasync(file)); }
  Io<void> sync_file(FileHandle file) override { return done_if(::fsync(file)); }
  Io<void> sync_directory(const std::filesystem::path& path) override;
  Io<void> close(FileHandle file) override { return done_if(::close(file)); }
  Io<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return done_if(::rename(from.c_str(), to.c_str()));
  }
  Io<void> remove(const std::filesystem::path& path) override {
    return done_if(::unlink(path.c_str()));
  }
  Io<void> preallocate(const std::filesystem::path& path, std::uint64_t bytes) override;
  Io<void> make_directory(const std::filesystem::path& path) override {
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return last_error();
  }
  Io<std::vector<std::string>> list(const std::filesystem::path& path) override;

 private:
  static Io<FileHandle> opened(int file) {
    if (file < 0) return last_error();
    return file;
  }
};

// The pages are brought in by a call that tells of an error: a page that is only missed when it is
// looked at ends the process with SIGBUS. Kernels before 5.14 do not have it: nothing is mapped.
std::string_view PosixStorage::map(FileHandle file, std::uint64_t offset, std::size_t bytes) {
  void* begin = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, static_cast<off_t>(offset));
  if (begin == MAP_FAILED) return {};
  const std::string_view mapped(static_cast<const char*>(begin), bytes);
  if (::madvise(begin, bytes, MADV_POPULATE_READ) == 0) return mapped;
  unmap(mapped);
  return {};
}

void PosixStorage::unmap(std::string_view mapped) {
  ::munmap(const_cast<char*>(mapped.data()), mapped.size());
}

Io<void> PosixStorage::sync_directory(const std::filesystem::path& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return last_error();
  const auto synced = done_if(::fsync(directory));
  ::close(directory);
  return synced;
}

Io<void> PosixStorage::preallocate(const std::filesystem::path& path, std::uint64_t bytes) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return last_error();
  const int error = ::posix_fallocate(file, 0, static_cast<off_t>(bytes));
  ::close(file);
  if (error != 0) return std::unexpected(Errno{error});
  return {};
}

Io<std::vector<std::string>> PosixStorage::list(const std::filesystem::path& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return last_error();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return last_error();
  return names;
}

}  // namespace

Storage& posix_storage() {
  static PosixStorage storage;
  return storage;
}

}  // namespace assay::journal
