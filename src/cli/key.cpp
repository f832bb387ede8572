#include "cli/key.hpp"

#include "cli/child.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace assay::cli {
namespace {

constexpr std::size_t key_bytes_max = 4096;

Result<Secret> checked(std::string text,
                       const config::Endpoint& endpoint,
                       const std::string& place) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.pop_back();
  if (text.empty()) {
    return fail(Errc::config, fmt::format("endpoint '{}': {} holds no key", endpoint.name, place));
  }
  for (const char c : text) {
    if (c <= ' ' || c > '~') {
      return fail(
          Errc::config,
          fmt::format(
              "endpoint '{}': the key in {} has a space or a character that no header can carry; "
              "store the bare key",
              endpoint.name,
              place));
    }
  }
  return Secret{std::move(text)};
}

Result<Secret> from_environment(const config::Endpoint& endpoint) {
  const char* text = std::getenv(endpoint.api_key_env.c_str());
  if (text == nullptr || *text == '\0') {
    return fail(
        Errc::config,
        fmt::format("endpoint '{}': the variable {} is not set; export it, or name another with "
                    "--api-key-env or api_key_env",
                    endpoint.name,
                    endpoint.api_key_env));
  }
  return checked(text, endpoint, endpoint.api_key_env);
}

Result<Secret> from_file(const config::Endpoint& endpoint) {
  const std::string& path = endpoint.api_key_file;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return fail(
        Errc::config,
        fmt::format("endpoint '{}': key file {}: {}", endpoint.name, path, std::strerror(errno)));
  }
  struct stat status{};
  std::array<char, key_bytes_max> bytes{};
  const bool known = ::fstat(file, &status) == 0;
  const ssize_t got = ::read(file, bytes.data(), bytes.size());
  ::close(file);
  if (!known || got < 0) {
    return fail(Errc::config,
                fmt::format("endpoint '{}': key file {} cannot be read", endpoint.name, path));
  }
  if ((status.st_mode & 077) != 0) {
    return fail(Errc::config,
                fmt::format("endpoint '{}': key file {} can be read by others; run chmod 600 {}",
                            endpoint.name,
                            path,
                            path));
  }
  std::string text(bytes.data(), static_cast<std::size_t>(got));
  explicit_bzero(bytes.data(), bytes.size());
  return checked(std::move(text), endpoint, path);
}

Result<Secret> from_command(const config::Endpoint& endpoint) {
  auto child = Child::start({"/bin/sh", "-c", endpoint.api_key_command});
  if (!child) return std::unexpected(child.error());
  std::string text = child->read_all().out;
  if (const int status = child->wait(); status != 0) {
    return fail(
        Errc::config,
        fmt::format("endpoint '{}': api_key_command ended with status {}", endpoint.name, status));
  }
  return checked(text.substr(0, text.find('\n')), endpoint, "the output of api_key_command");
}

}  // namespace

Result<Secret> key_of(const config::Endpoint& endpoint) {
  if (!endpoint.api_key_env.empty()) return from_environment(endpoint);
  if (!endpoint.api_key_file.empty()) return from_file(endpoint);
  if (!endpoint.api_key_command.empty()) return from_command(endpoint);
  return Secret{};
}

}  // namespace assay::cli
