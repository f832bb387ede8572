#pragma once

// How the segments of a journal fit together, from their headers alone.

#include "assay/result.hpp"
#include "journal/record.hpp"
#include "journal/storage.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace assay::journal {

// Where a journal is not what was written.
struct Damage {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;  // of the first byte that cannot be trusted
  std::string what;
};

struct MappedSegment {
  std::uint64_t number = 0;
  std::filesystem::path path;
  // None: its header is torn, and it was never used.
  std::optional<RunRecord> header;
  std::uint64_t header_seq = 0;
  // What the next good segment says of this one: it is closed. None: it is the open one.
  std::optional<RunRecord::Previous> closed;
};

struct SegmentMap {
  std::optional<RunId> run;
  std::vector<MappedSegment> segments;  // in order of their numbers
  std::uint64_t next_segment = 1;       // above every number in use, finished or not
  std::optional<Damage> damage;         // missing, foreign, swapped, or a header that was good once
};

// `000001.jsonl` in the run's journal folder.
[[nodiscard]] std::filesystem::path journal_folder(const std::filesystem::path& run);
[[nodiscard]] std::filesystem::path segment_path(const std::filesystem::path& run,
                                                 std::uint64_t number);

// Errors: Errc::io; Errc::damaged when run.json cannot be read.
[[nodiscard]] Result<SegmentMap> map_segments(Storage& storage, const std::filesystem::path& run);

}  // namespace assay::journal
