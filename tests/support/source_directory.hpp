#pragma once

#include <filesystem>

namespace assay::test {

// The checkout that the test was built from. Only main.cpp, where it is defined, is compiled with
// the path, so that clones share a compiler cache.
[[nodiscard]] std::filesystem::path source_directory();

}  // namespace assay::test
