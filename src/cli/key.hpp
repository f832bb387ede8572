#pragma once

#include "assay/result.hpp"
#include "config/config.hpp"
#include "core/secret.hpp"

namespace assay::cli {

// The key of an endpoint from where its configuration says: a variable, a file that only its owner
// can read, or the first line a command prints. Empty when none is configured. Errors: Errc::config
// naming the endpoint, the place and one fix; never any part of a key.
[[nodiscard]] Result<Secret> key_of(const config::Endpoint& endpoint);

}  // namespace assay::cli
