#include "journal/repair.hpp"

#include "journal/atomic_file.hpp"
#include "journal/builders.hpp"
#include "journal/merge.hpp"
#include "journal/posix_storage.hpp"
#include "journal/run_directory.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace assay;
using namespace assay::journal;

namespace {

const Copyist copyist{.version = "0.1.0", .clock = [] { return some_time; }};

// A run of several segments in a real folder: `groups` of four records, numbered from `from`.
void make_run(const std::filesystem::path& path, std::size_t groups, std::uint64_t from = 0) {
  auto directory = RunDirectory::enter(posix_storage(),
                                       path,
                                       {.version = "0.1.0",
                                        .git_commit = "",
                                        .config_text = "run: {}\n",
                                        .config_digest = key_from(1),
                                        .data_digest = key_from(2),
                                        .time = some_time,
                                        .derived_from = {}});
  BOOST_REQUIRE(directory);
  Opening opening = opening_of(directory->manifest().run);
  opening.on_segment = [&](std::uint64_t segment) { return directory->note_segment(segment); };
  auto appender = Appender::open(
      posix_storage(), path, opening, {.segment_bytes_max = 5000, .reserve_bytes = 0});
  BOOST_REQUIRE(appender);
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<Record> batch;
    for (std::uint64_t i = 0; i < 4; ++i) batch.emplace_back(score_record(from++));
    BOOST_REQUIRE(appender->append(batch));
  }
  BOOST_REQUIRE(appender->seal());
  BOOST_REQUIRE(appender->close());
}

struct Contents {
  std::vector<ContentKey> keys;
  std::uint64_t notes = 0;
};
Contents read_run(const std::filesystem::path& path) {
  Contents contents;
  auto reader = JournalReader::open(posix_storage(), path);
  BOOST_REQUIRE(reader);
  for (;;) {
    const auto record = reader->next();
    BOOST_REQUIRE(record);
    if (*record == nullptr) return contents;
    if (const auto* score = std::get_if<ScoreRecord>(*record)) contents.keys.push_back(score->key);
    if (std::holds_alternative<NoteRecord>(**record)) ++contents.notes;
  }
}

std::string text_of(const std::filesystem::path& path) {
  auto text = read_small_file(posix_storage(), path, 1 << 20);
  BOOST_REQUIRE(text);
  return *text;
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  BOOST_REQUIRE(write_file_atomically(posix_storage(), path, text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repair)

BOOST_AUTO_TEST_CASE(whatever_is_flipped_all_but_two_records_are_saved_and_the_run_stays_as_it_is) {
  const TempFolder folder;
  const auto run = folder.path() / "run";
  make_run(run, 10);
  const std::uint64_t seed = 20260720;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  for (int round = 0; round < 25; ++round) {
    const auto segment = run / "journal" / (rng.below(2) == 0 ? "000001.jsonl" : "000002.jsonl");
    const std::string good = text_of(segment);
    std::string bad = good;
    bad[rng.below(bad.size())] ^= static_cast<char>(1 << rng.below(7));
    write_text(segment, bad);
    const auto to = folder.path() / std::to_string(round);

    const auto report = repair_journal(posix_storage(), run, to, copyist);

    BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().detail));
    const Contents saved = read_run(to);
    BOOST_REQUIRE_GE(saved.keys.size(), 38);
    BOOST_REQUIRE_EQUAL(saved.notes, 1);
    BOOST_REQUIRE(std::ranges::is_sorted(saved.keys, {}, [](const ContentKey& key) {
      for (std::uint64_t i = 0; i < 40; ++i) {
        if (key_from(i) == key) return i;
      }
      return std::uint64_t{99};
    }));
    BOOST_REQUIRE_EQUAL(text_of(segment), bad);
    write_text(segment, good);
  }
}

BOOST_AUTO_TEST_CASE(a_lost_segment_costs_itself_only) {
  const TempFolder folder;
  const auto run = folder.path() / "run";
  make_run(run, 10);
  std::filesystem::remove(run / "journal" / "000002.jsonl");

  const auto report = repair_journal(posix_storage(), run, folder.path() / "new", copyist);

  BOOST_REQUIRE(report);
  const std::uint64_t saved = read_run(folder.path() / "new").keys.size();
  BOOST_CHECK_EQUAL(saved, report->records);
  BOOST_CHECK_GT(saved, 20);
  BOOST_CHECK_LT(saved, 40);
}

BOOST_AUTO_TEST_CASE(a_whole_journal_is_copied_whole_with_its_configuration) {
  const TempFolder folder;
  make_run(folder.path() / "run", 6);
  write_text(folder.path() / "run" / "input.jsonl", "{}\n");

  const auto report =
      repair_journal(posix_storage(), folder.path() / "run", folder.path() / "new", copyist);

  BOOST_REQUIRE(report);
  BOOST_CHECK_EQUAL(report->records, 24);
  BOOST_CHECK(report->losses.empty());
  BOOST_CHECK_EQUAL(text_of(folder.path() / "new" / "config.yaml"), "run: {}\n");
  BOOST_CHECK_EQUAL(text_of(folder.path() / "new" / "input.jsonl"), "{}\n");
  const auto manifest = RunDirectory::inspect(posix_storage(), folder.path() / "new");
  BOOST_REQUIRE(manifest);
  BOOST_CHECK_EQUAL(manifest->derived_from, (folder.path() / "run").string());
}

BOOST_AUTO_TEST_CASE(a_run_is_never_repaired_into_a_run) {
  const TempFolder folder;
  make_run(folder.path() / "run", 1);

  const auto report =
      repair_journal(posix_storage(), folder.path() / "run", folder.path() / "run", copyist);

  BOOST_REQUIRE(!report);
  BOOST_CHECK(report.error().code == Errc::usage);
}

BOOST_AUTO_TEST_CASE(merged_runs_give_each_proved_answer_once) {
  const TempFolder folder;
  make_run(folder.path() / "a", 5, 0);
  make_run(folder.path() / "b", 5, 12);
  const std::vector<std::filesystem::path> runs{folder.path() / "a", folder.path() / "b"};

  const auto report = merge_journals(
      posix_storage(), runs, folder.path() / "ab", copyist, {.buffer_bytes = 200, .fan_in = 2});

  BOOST_REQUIRE(report);
  BOOST_CHECK_EQUAL(report->records, 32);
  BOOST_CHECK_EQUAL(report->duplicates, 8);
  const Contents merged = read_run(folder.path() / "ab");
  BOOST_REQUIRE_EQUAL(merged.keys.size(), 32);
  for (std::uint64_t i = 0; i < 32; ++i) BOOST_CHECK(merged.keys[i] == key_from(i));
}

BOOST_AUTO_TEST_SUITE_END()
