#include "cli/capability_gate.hpp"

#include "cli/capability_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay::cli {
namespace {

struct Found {
  std::string path;
  doctor::Capability capability;
};

Result<Found> find_capability(const doctor::Binding& binding,
                              const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    auto capability = load_capability(file);
    if (!capability) return std::unexpected(capability.error());
    if (capability->binding == binding) return Found{file, std::move(*capability)};
  }
  const auto path = capability_path(binding, "");
  auto capability = load_capability(path);
  if (!capability) return std::unexpected(capability.error());
  return Found{path.string(), std::move(*capability)};
}

// Of one policy at one of its endpoints. Errors: what stands in the way.
Result<doctor::Capability> demand_capability(const crawl::EndpointSpec& endpoint,
                                             const Policy& policy,
                                             const std::vector<std::string>& files,
                                             WallTime now) {
  if (!endpoint.dialect->can.can_score) {
    return fail(
        Errc::unverified,
        fmt::format("the doctor cannot examine forced steps (dialect {})", endpoint.dialect->name));
  }
  const doctor::Binding binding = binding_of(endpoint, policy);
  auto found = find_capability(binding, files);
  if (!found) return std::unexpected(found.error());
  if (const auto why = doctor::objection(found->capability, binding, now))
    return fail(Errc::unverified, fmt::format("the certificate {} {}", found->path, *why));
  if (const auto failed = doctor::failed_properties(found->capability); !failed.empty()) {
    return fail(
        Errc::unverified,
        fmt::format("the doctor found that this does not hold: {}", fmt::join(failed, "; ")));
  }
  return std::move(found->capability);
}

}  // namespace

Result<std::vector<HeldCapability>> demand_capabilities(const crawl::RunSpec& spec,
                                                        const std::vector<std::string>& files,
                                                        WallTime now) {
  std::vector<HeldCapability> held;
  std::string problems;
  bool all_hold = true;
  for (std::uint32_t policy = 0; policy < spec.policies.size(); ++policy) {
    const Policy& asked = spec.policies[policy];
    for (const std::string& name : asked.endpoints) {
      const auto endpoint = std::ranges::find(spec.endpoints, name, &crawl::EndpointSpec::name);
      auto capability = demand_capability(*endpoint, asked, files, now);
      if (!capability) {
        all_hold = false;
        if (asked.replicate > 0) continue;  // its first said it
        problems += fmt::format(
            "\n  policy '{}' at endpoint '{}': {}", asked.name, name, capability.error().detail);
        continue;
      }
      held.push_back({.policy = policy,
                      .endpoint = static_cast<std::uint32_t>(endpoint - spec.endpoints.begin()),
                      .capability = std::move(*capability)});
    }
  }
  if (all_hold) return held;
  return fail(Errc::unverified,
              fmt::format("not scored, since nothing shows that the values can be believed:{}\n"
                          "Ask `assay doctor` with the same configuration first, or say "
                          "--unverified to score all the same",
                          problems));
}

}  // namespace assay::cli
