#include "cli/run_inputs.hpp"

#include "cli/data_input.hpp"
#include "config/load.hpp"
#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"

namespace assay::cli {

Result<RunInputs> open_run_inputs(const std::filesystem::path& run) {
  constexpr std::size_t config_bytes_max = 1 << 20;  // what the loader takes
  const std::filesystem::path path = run / "config.yaml";
  auto text = journal::read_small_file(journal::posix_storage(), path, config_bytes_max);
  if (!text) return std::unexpected(text.error());
  config::Sources sources;
  sources.file = config::YamlFile{.name = path.string(), .text = std::move(*text)};
  auto loaded = config::load(sources);
  if (!loaded) return std::unexpected(loaded.error());
  RunInputs inputs;
  auto samples = reopen_data(loaded->config.data);
  if (!samples) return std::unexpected(samples.error());
  inputs.samples = std::move(*samples);
  for (const config::Policy& policy : loaded->config.policies) {
    inputs.policies.push_back(policy);
    inputs.methods.push_back(Method::echo);
  }
  return inputs;
}

}  // namespace assay::cli
