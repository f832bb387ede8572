#pragma once

// What `assay journal verify` says.

#include "assay/result.hpp"
#include "journal/reader.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace assay::cli {

struct JournalSummary {
  std::filesystem::path run;
  journal::JournalReport report;
  std::array<std::uint64_t, journal::record_type_count> records{};  // by type
  std::optional<std::string> damage_message;
};

// Reads the whole journal and checks every sum. Damage is in the summary, not an Error.
[[nodiscard]] Result<JournalSummary> summarise_journal(journal::Storage& storage,
                                                       const std::filesystem::path& run);

[[nodiscard]] std::string to_json(const JournalSummary& summary);
[[nodiscard]] std::string to_text(const JournalSummary& summary);

// "score", "lease", ...: of a line that verified; empty for a type that this version does not know.
[[nodiscard]] std::string_view type_of_line(std::string_view line);

}  // namespace assay::cli
