#pragma once

#include "support/source_directory.hpp"

#include <filesystem>
#include <iostream>
#include <optional>

namespace assay::test {

// Whether a test of this process went without the shared data. main.cpp then exits with
// exit_skipped, so that ctest counts the file as skipped; a failure of another case wins.
inline bool shared_data_was_missing = false;
inline constexpr int exit_skipped = 77;

// The real inputs beside the checkout, in ../shared/data; or nothing, said aloud:
//
//   const auto data = test::shared_data();
//   if (!data) return;
[[nodiscard]] inline std::optional<std::filesystem::path> shared_data() {
  auto path = source_directory().parent_path() / "shared" / "data";
  if (std::filesystem::is_directory(path)) return path;
  std::cout << "SKIPPED: ../shared/data is absent\n";
  shared_data_was_missing = true;
  return std::nullopt;
}

}  // namespace assay::test
