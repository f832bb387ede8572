#pragma once

// The operations on files that the journal needs, and nothing else, so that a test can stand in for
// the disk: fill it, break it, cut its power at any call.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::journal {

// The errno of a call that did not do what it should.
struct Errno {
  int value = 0;
};

template <class T>
using Io = std::expected<T, Errno>;

// A file opened through a Storage; a descriptor where the storage is the operating system's.
using FileHandle = int;

// A huge page: mapped whole where it can be, one entry of a table in place of 512.
inline constexpr std::uint64_t map_alignment = 2u << 20;

class Storage {
 public:
  virtual ~Storage() = default;

  // A new file for appending, 0600; EEXIST when the name is taken.
  [[nodiscard]] virtual Io<FileHandle> create(const std::filesystem::path& path) = 0;
  [[nodiscard]] virtual Io<FileHandle> open_to_read(const std::filesystem::path& path) = 0;
  // Appends some of `bytes` and says how many: may be fewer, may be EINTR.
  [[nodiscard]] virtual Io<std::size_t> write(FileHandle file, std::string_view bytes) = 0;
  // Fills some of `buffer` from `offset` on; 0 at the end of the file.
  [[nodiscard]] virtual Io<std::size_t> read_at(FileHandle file,
                                                std::span<char> buffer,
                                                std::uint64_t offset) = 0;
  // `bytes` bytes from `offset` on, in memory and already read, without a copy; empty where that
  // cannot be had: read_at() then does it or says why not. Valid until unmap().
  [[nodiscard]] virtual std::string_view map(FileHandle /*file*/,
                                             std::uint64_t /*offset*/,  // k * map_alignment
                                             std::size_t /*bytes*/) {
    return {};
  }
  virtual void unmap(std::string_view /*mapped*/) {}
  [[nodiscard]] virtual Io<std::uint64_t> size_of(FileHandle file) = 0;
  [[nodiscard]] virtual Io<void> sync_data(FileHandle file) = 0;  // fdatasync
  [[nodiscard]] virtual Io<void> sync_file(FileHandle file) = 0;  // fsync
  [[nodiscard]] virtual Io<void> sync_directory(const std::filesystem::path& path) = 0;
  [[nodiscard]] virtual Io<void> close(FileHandle file) = 0;
  [[nodiscard]] virtual Io<void> rename(const std::filesystem::path& from,
                                        const std::filesystem::path& to) = 0;
  [[nodiscard]] virtual Io<void> remove(const std::filesystem::path& path) = 0;
  // Makes sure that `path` holds `bytes` bytes of disk, in whatever content.
  [[nodiscard]] virtual Io<void> preallocate(const std::filesystem::path& path,
                                             std::uint64_t bytes) = 0;
  // 0700; fine when it exists.
  [[nodiscard]] virtual Io<void> make_directory(const std::filesystem::path& path) = 0;
  // Names in a directory, in no order; ENOENT when there is none.
  [[nodiscard]] virtual Io<std::vector<std::string>> list(const std::filesystem::path& path) = 0;
};

}  // namespace assay::journal
