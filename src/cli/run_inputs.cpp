#include "cli/run_inputs.hpp"

#include "cli/config_flags.hpp"
#include "cli/data_input.hpp"
#include "config/load.hpp"
#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"

namespace assay::cli {

Result<config::Config> read_run_config(const std::filesystem::path& run) {
  constexpr std::size_t config_bytes_max = 1 << 20;  // what the loader takes
  const std::filesystem::path path = run / "config.yaml";
  auto text = journal::read_small_file(journal::posix_storage(), path, config_bytes_max);
  if (!text) return std::unexpected(text.error());
  config::Sources sources = known_names();
  sources.file = config::YamlFile{.name = path.string(), .text = std::move(*text)};
  auto loaded = config::load(sources);
  if (!loaded) return std::unexpected(loaded.error());
  return std::move(loaded->config);
}

Result<RunInputs> open_run_inputs(const std::filesystem::path& run) {
  auto config = read_run_config(run);
  if (!config) return std::unexpected(config.error());
  RunInputs inputs;
  auto samples = reopen_data(config->data);
  if (!samples) return std::unexpected(samples.error());
  inputs.samples = std::move(*samples);
  for (const config::Policy& policy : config->policies) {
    inputs.policies.push_back(policy);
    inputs.methods.push_back(policy.method);
  }
  return inputs;
}

}  // namespace assay::cli
