#pragma once

#include "assay/outcome.hpp"
#include "assay/policy.hpp"
#include "assay/result.hpp"
#include "assay/sample.hpp"
#include "config/config.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace assay::cli {

// What a run was about: its data set and policies, from the configuration it keeps.
struct RunInputs {
  std::unique_ptr<SampleSource> samples;
  std::vector<Policy> policies;
  std::vector<Method> methods;  // one per policy
};

// The configuration that a run keeps, config.yaml. Errors: Errc::io, Errc::config.
[[nodiscard]] Result<config::Config> read_run_config(const std::filesystem::path& run);

// Errors: Errc::input when `run` is no run directory or its data set is gone; Errc::config.
[[nodiscard]] Result<RunInputs> open_run_inputs(const std::filesystem::path& run);

}  // namespace assay::cli
