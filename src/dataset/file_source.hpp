#pragma once

// The room's one door to the file system.

#include "dataset/byte_source.hpp"

#include <memory>
#include <string>
#include <vector>

namespace assay::dataset {

// Errors: Errc::input when there is no regular file at `path` (a pipe or a device cannot be read
// twice), Errc::io.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_file(const std::string& path);

enum class PathKind { missing, file, directory, other };
[[nodiscard]] PathKind kind_of(const std::string& path);

// The names in a directory, sorted by their bytes, without "." and "..". Errors: Errc::io.
[[nodiscard]] Result<std::vector<std::string>> names_in(const std::string& directory);

}  // namespace assay::dataset
