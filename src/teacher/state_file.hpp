#pragma once

#include "assay/result.hpp"

#include <filesystem>
#include <string_view>

namespace assay::teacher {

// Replaces the file at once: written beside it with `mode`, then renamed, so that a reader never
// sees half of it. Errors: Errc::io with path and reason.
[[nodiscard]] Status write_state_file(const std::filesystem::path& path,
                                      std::string_view text,
                                      unsigned mode);

}  // namespace assay::teacher
