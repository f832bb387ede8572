#pragma once

// Where capability certificates are kept: $XDG_STATE_HOME/assay/certificates, one file for each
// endpoint, dialect, model and template.

#include "assay/result.hpp"
#include "crawl/run_spec.hpp"
#include "doctor/capability.hpp"

#include <filesystem>
#include <string>

namespace assay::cli {

[[nodiscard]] doctor::Binding binding_of(const crawl::EndpointSpec& endpoint, const Policy& policy);

// The file for this binding; `override_file` when not empty.
[[nodiscard]] std::filesystem::path capability_path(const doctor::Binding& binding,
                                                    const std::string& override_file);

// Errors: Errc::io naming the path.
[[nodiscard]] Status keep_capability(const doctor::Capability& capability,
                                     const std::filesystem::path& path);

// Errors: Errc::unverified naming the path, what is wrong and the command that mends it.
[[nodiscard]] Result<doctor::Capability> load_capability(const std::filesystem::path& path);

}  // namespace assay::cli
