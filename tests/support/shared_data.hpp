#pragma once

#include "support/source_directory.hpp"

#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>

namespace assay::test {

// Whether a test of this process went without something it needs, the shared data as a rule.
// main.cpp then exits with exit_skipped, so that ctest counts the file as skipped; a failure of
// another case wins.
inline bool something_was_missing = false;
inline constexpr int exit_skipped = 77;

// The same for anything else that a test cannot do without and the machine may lack.
inline void skip_aloud(std::string_view reason) {
  std::cout << "SKIPPED: " << reason << '\n';
  something_was_missing = true;
}

// The real inputs beside the checkout, in ../shared/data; or nothing, said aloud:
//
//   const auto data = test::shared_data();
//   if (!data) return;
[[nodiscard]] inline std::optional<std::filesystem::path> shared_data() {
  auto path = source_directory().parent_path() / "shared" / "data";
  if (std::filesystem::is_directory(path)) return path;
  skip_aloud("../shared/data is absent");
  return std::nullopt;
}

}  // namespace assay::test
