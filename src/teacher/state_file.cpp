#include "teacher/state_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace assay::teacher {

Status write_state_file(const std::filesystem::path& path, std::string_view text, unsigned mode) {
  const auto refuse = [&](const char* what) -> Status {
    return fail(Errc::io,
                fmt::format("cannot {} {}: {}; name a directory that can be written with --state",
                            what,
                            path.string(),
                            std::strerror(errno)));
  };
  const auto beside = fmt::format("{}.{}", path.string(), ::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return refuse("create");
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      auto status = refuse("write");
      ::close(file);
      return status;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::close(file) != 0) return refuse("write");
  if (std::rename(beside.c_str(), path.c_str()) != 0) return refuse("replace");
  return {};
}

}  // namespace assay::teacher
