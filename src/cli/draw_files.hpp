#pragma once

#include "assay/result.hpp"
#include "assay/sample.hpp"
#include "dataset/listing.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace assay::cli {

// The files of a directory of fresh draws (`<policy>_responses.jsonl`, `<policy>_fresh.jsonl`,
// `<policy>.jsonl`) or of a probe slice (`<policy>_probe.jsonl`), sorted by policy.
// Errors: Errc::input when `folder` is no directory or holds no such file, or two for one policy.
enum class DrawKind { fresh, probe };
[[nodiscard]] Result<std::vector<dataset::DataFile>> list_draws(const std::filesystem::path& folder,
                                                                DrawKind kind);

// Counts the bad rows of a pass and says the first twenty of them on stderr.
struct BadRowTally {
  std::uint64_t count = 0;
  void add(const BadRow& row);
};

// Gives every good row of `file` to `take`, the bad ones to `bad`.
[[nodiscard]] Status for_each_sample(const dataset::DataFile& file,
                                     BadRowTally& bad,
                                     const std::function<void(const Sample&)>& take);

}  // namespace assay::cli
