#include "cli/capability_store.hpp"

#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t capability_bytes_max = 1 << 20;

fs::path state_home() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return state;  // relative ones are to be ignored (XDG)
  const char* home = std::getenv("HOME");
  return fs::path(home == nullptr ? "." : home) / ".local" / "state";
}

}  // namespace

doctor::Binding binding_of(const crawl::EndpointSpec& endpoint, const Policy& policy) {
  return {
      .origin = net::to_text(endpoint.client.origin) + endpoint.client.origin.base_path,
      .dialect = std::string(endpoint.dialect->name),
      .model = policy.model,
      .template_name = policy.template_digest.empty()
                           ? policy.template_name
                           : fmt::format("{}@{}", policy.template_name, policy.template_digest)};
}

fs::path capability_path(const doctor::Binding& binding, const std::string& override_file) {
  if (!override_file.empty()) return override_file;
  return state_home() / "assay" / "certificates" / doctor::file_name(binding);
}

Status keep_capability(const doctor::Capability& capability, const fs::path& path) {
  std::error_code ec;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), ec);
  if (ec) return fail(Errc::io, fmt::format("{}: {}", path.parent_path().string(), ec.message()));
  return journal::write_file_atomically(
      journal::posix_storage(), path, doctor::to_json(capability));
}

Result<doctor::Capability> load_capability(const fs::path& path) {
  auto text = journal::read_small_file(journal::posix_storage(), path, capability_bytes_max);
  if (!text) {
    return fail(Errc::unverified, fmt::format("no capability certificate at {}", path.string()));
  }
  auto capability = doctor::parse_capability(*text);
  if (!capability) {
    return fail(Errc::unverified, fmt::format("{} {}", path.string(), capability.error().detail));
  }
  return capability;
}

}  // namespace assay::cli
