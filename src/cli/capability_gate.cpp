#include "cli/capability_gate.hpp"

#include "cli/capability_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay::cli {
namespace {

Result<doctor::Capability> valid_capability(const doctor::Binding& binding,
                                            const std::vector<std::string>& files,
                                            WallTime now) {
  for (const std::string& file : files) {
    auto capability = load_capability(file);
    if (!capability) return std::unexpected(capability.error());
    if (capability->binding != binding) continue;  // of another policy
    if (const auto why = doctor::objection(*capability, binding, now))
      return fail(Errc::unverified, fmt::format("the certificate {} {}", file, *why));
    return capability;
  }
  const auto path = capability_path(binding, "");
  auto capability = load_capability(path);
  if (!capability) return capability;
  if (const auto why = doctor::objection(*capability, binding, now))
    return fail(Errc::unverified, fmt::format("the certificate {} {}", path.string(), *why));
  return capability;
}

// What stands in the way of one policy at one endpoint; empty when nothing does.
std::string objection_of(const Result<doctor::Capability>& capability) {
  if (!capability) return capability.error().detail;
  const auto failed = doctor::failed_properties(*capability);
  if (failed.empty()) return {};
  return fmt::format("the doctor found that this does not hold: {}", fmt::join(failed, "; "));
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
      if (!endpoint->dialect->can.can_score) {
        problems += fmt::format(
            "\n  policy '{}' at endpoint '{}': the doctor cannot examine forced steps (dialect {})",
            asked.name,
            name,
            endpoint->dialect->name);
        continue;
      }
      auto capability = valid_capability(binding_of(*endpoint, asked), files, now);
      if (const std::string problem = objection_of(capability); !problem.empty()) {
        all_hold = false;
        if (asked.replicate > 0) continue;  // its first said it
        problems += fmt::format("\n  policy '{}' at endpoint '{}': {}", asked.name, name, problem);
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
