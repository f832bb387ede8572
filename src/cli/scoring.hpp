#pragma once

#include "assay/result.hpp"
#include "config/config.hpp"
#include "crawl/run_spec.hpp"

#include <optional>
#include <vector>

namespace assay::cli {

// What is to be done, without what it takes to do it: policies, endpoints with dialects and prices,
// caps, detail. No key is read. Errors: Errc::config, naming the endpoint.
[[nodiscard]] Result<crawl::RunSpec> describe_run(const config::Config& config);

// A checked configuration as something that can be run: dialects found, keys read, origins parsed,
// network settings of the environment applied. The digests and `start.time` are left to the caller.
// Errors: Errc::config, naming the endpoint or policy and one fix.
[[nodiscard]] Result<crawl::RunSpec> make_run_spec(const config::Config& config);

// How the run is watched by canaries; nothing where it is not. `tolerances` by policy.
[[nodiscard]] std::optional<crawl::CanaryTerms> canary_terms(
    const config::Run& run, std::vector<doctor::CanaryTolerance> tolerances);

}  // namespace assay::cli
