#pragma once

// The door of `score`: every policy's endpoint, model and template must hold a valid capability
// certificate, or the user says --unverified.

#include "assay/result.hpp"
#include "crawl/run_spec.hpp"
#include "doctor/capability.hpp"

#include <string>
#include <vector>

namespace assay::cli {

// A certificate that speaks for a policy at one of its endpoints.
struct HeldCapability {
  std::uint32_t policy = 0;    // of spec.policies
  std::uint32_t endpoint = 0;  // of spec.endpoints
  doctor::Capability capability;
};

// One for each policy at each of its endpoints, in that order, the preferred endpoint first.
// `files` are looked into first; then the user's own store. Errors: Errc::unverified: for each
// policy and endpoint that has none, one line with the reason and the command that mends it; or the
// property that failed.
[[nodiscard]] Result<std::vector<HeldCapability>> demand_capabilities(
    const crawl::RunSpec& spec, const std::vector<std::string>& files, WallTime now);

}  // namespace assay::cli
