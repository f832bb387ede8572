#pragma once

// run.json as a value and as text.

#include "assay/content_key.hpp"
#include "assay/result.hpp"
#include "assay/time.hpp"
#include "journal/run_id.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::journal {

// What Manifest::verification says.
inline constexpr std::string_view certified = "certified";
inline constexpr std::string_view unverified = "unverified";

struct Manifest {
  RunId run;
  std::string version;
  std::string git_commit;
  std::string host;
  ContentKey config_digest;  // of the latest start
  ContentKey data_digest;    // of the latest start
  WallTime created{};
  WallTime started{};          // the latest start
  std::uint64_t starts = 0;    // 1 for a run that was never resumed
  std::uint64_t segments = 0;  // the journal has at least a segment of this number
  // certified when every start held capability certificates, else unverified; empty: not said.
  std::string verification;
  std::string derived_from;  // a path, when repair or merge made this run; else empty
  friend bool operator==(const Manifest&, const Manifest&) = default;
};

[[nodiscard]] std::string to_json(const Manifest& manifest);

// Errors: Errc::damaged naming the field.
[[nodiscard]] Result<Manifest> manifest_of(std::string_view json);

}  // namespace assay::journal
