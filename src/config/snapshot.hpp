#pragma once

#include "config/config.hpp"

#include <string>

namespace assay::config {

// The whole Config as YAML, every key written out, in the order of the table: `config.yaml` of the
// run directory. Holds no secret (a Config has none) and loads again to the same Config under an
// empty environment; the same Config gives the same bytes.
[[nodiscard]] std::string snapshot(const Config& config);

// What the config digest of a run is taken over: the snapshot without `run.dir`, so that a run can
// be moved.
[[nodiscard]] std::string digest_text(const Config& config);

}  // namespace assay::config
