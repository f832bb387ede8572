#pragma once

// Records, runs and journals for the tests: what a case is not about.

#include "core/rng.hpp"
#include "journal/appender.hpp"
#include "journal/fake_disk.hpp"
#include "journal/reader.hpp"
#include "journal/record.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace assay::journal {

inline const std::filesystem::path run_path = "run";
inline const WallTime some_time{std::chrono::milliseconds{1780000000123}};

[[nodiscard]] RunId run_id_from(std::uint64_t seed);
[[nodiscard]] ContentKey key_from(std::uint64_t number);

// A proved score, certificate of grade A.
[[nodiscard]] Score score_of(double nats, std::int64_t tokens = 3);
[[nodiscard]] ScoreRecord score_record(std::uint64_t number);
[[nodiscard]] ScoreRecord failed_record(std::uint64_t number,
                                        FailureClass cls = FailureClass::echo_mismatch);

// Any record that a loop may queue, drawn from the generator.
[[nodiscard]] Record random_record(Rng& rng);

[[nodiscard]] Opening opening_of(const RunId& run);

// A journal of `groups` groups of `records` score records each in run_path/journal; not closed
// cleanly.
void write_journal(Storage& disk,
                   const RunId& run,
                   std::size_t groups,
                   std::size_t records,
                   const AppenderOptions& options = {.reserve_bytes = 0});

// What a read of the whole journal says; keys of the score records in order.
struct Reading {
  bool is_damaged = false;
  JournalReport report;
  std::vector<ContentKey> keys;
};
[[nodiscard]] Reading read_all(Storage& disk);

}  // namespace assay::journal
