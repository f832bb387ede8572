#include "journal/io_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace assay::journal {
namespace {

// A storage that takes no byte this often in a row never will.
constexpr int idle_writes_max = 16;

bool is_passing(Errno code) {
  return code.value == EINTR || code.value == EAGAIN;
}

}  // namespace

Error io_error(std::string_view what, const std::filesystem::path& path, Errno code) {
  const bool is_full = code.value == ENOSPC || code.value == EDQUOT;
  return {is_full ? Errc::disk_full : Errc::io,
          fmt::format("cannot {} {}: {}{}",
                      what,
                      path.string(),
                      std::generic_category().message(code.value),
                      is_full ? "; free some space and run the same command again" : "")};
}

Io<void> write_all(Storage& storage, FileHandle file, std::string_view bytes) {
  int idle = 0;
  while (!bytes.empty()) {
    const auto written = storage.write(file, bytes);
    if (!written && !is_passing(written.error())) return std::unexpected(written.error());
    const std::size_t count = written ? *written : 0;
    idle = count > 0 ? 0 : idle + 1;
    if (idle > idle_writes_max) return std::unexpected(Errno{EIO});
    bytes.remove_prefix(count);
  }
  return {};
}

Io<std::size_t> read_full(Storage& storage,
                          FileHandle file,
                          std::span<char> buffer,
                          std::uint64_t offset) {
  std::size_t have = 0;
  int idle = 0;
  while (have < buffer.size()) {
    const auto count = storage.read_at(file, buffer.subspan(have), offset + have);
    if (!count) {
      if (is_passing(count.error()) && ++idle <= idle_writes_max) continue;
      return std::unexpected(count.error());
    }
    if (*count == 0) break;
    have += *count;
  }
  return have;
}

}  // namespace assay::journal
