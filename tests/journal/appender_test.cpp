#include "journal/appender.hpp"

#include "journal/builders.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cerrno>

using namespace assay;
using namespace assay::journal;

namespace {

const RunId run = run_id_from(42);
constexpr std::uint64_t records_wanted = 60;
constexpr std::uint64_t records_per_group = 4;
// Small, so that a run of sixty records goes through several segments.
const AppenderOptions small_segments{
    .detail = Detail::standard, .segment_bytes_max = 6000, .reserve_bytes = 4096};

std::string why(const Status& status) {
  return status ? std::string{} : status.error().detail;
}
std::string why(const Reading& reading) {
  return reading.is_damaged ? reading.report.damage->what : std::string{};
}

// One process: reads what is done, does the rest, seals. Counts what it was told is safe.
struct Process {
  explicit Process(FakeDisk& disk_in) : disk(disk_in) {}

  Status work() {
    const Reading past = read_all(disk);
    if (past.is_damaged) return fail(Errc::damaged, past.report.damage->what);
    for (std::uint64_t i = 0; i < acknowledged; ++i) {
      BOOST_REQUIRE(std::ranges::find(past.keys, key_from(i)) != past.keys.end());
    }
    for (std::uint64_t i = 0; i < past.keys.size(); ++i) BOOST_REQUIRE(past.keys[i] == key_from(i));
    auto appender = Appender::open(disk, run_path, opening_of(run), small_segments);
    if (!appender) return std::unexpected(appender.error());
    for (std::uint64_t at = past.keys.size(); at < records_wanted;) {
      std::vector<Record> group;
      for (std::uint64_t i = 0; i < records_per_group && at < records_wanted; ++i) {
        group.emplace_back(score_record(at++));
      }
      if (auto appended = appender->append(group); !appended) {
        return std::unexpected(appended.error().error);
      }
      acknowledged = std::max(acknowledged, at);
    }
    if (Status sealed = appender->seal(); !sealed) return sealed;
    return appender->close();
  }

  FakeDisk& disk;
  std::uint64_t acknowledged = 0;
};

void check_whole(FakeDisk& disk) {
  const Reading reading = read_all(disk);
  BOOST_REQUIRE_MESSAGE(!reading.is_damaged, why(reading));
  BOOST_REQUIRE(reading.report.is_sealed);
  BOOST_REQUIRE_EQUAL(reading.keys.size(), records_wanted);
  for (std::uint64_t i = 0; i < records_wanted; ++i) BOOST_REQUIRE(reading.keys[i] == key_from(i));
}

std::uint64_t calls_of_an_undisturbed_run() {
  FakeDisk disk;
  BOOST_REQUIRE(Process(disk).work());
  return disk.calls();
}

// Kills at call `kill.call`, and again so many calls later until the work is done.
void kill_and_resume(std::uint64_t seed, FakeDisk::Kill kill, std::uint64_t kills_max) {
  FakeDisk disk(seed);
  Process process(disk);
  for (std::uint64_t kills = 0; kills < kills_max; ++kills) {
    FakeDisk::Kill next = kill;
    next.call += disk.calls();
    disk.arm(next);
    try {
      const Status done = process.work();
      BOOST_REQUIRE_MESSAGE(done, why(done));
      break;
    } catch (const Killed&) {
      disk.restart();
    }
  }
  disk.disarm();
  const Status done = process.work();
  BOOST_REQUIRE_MESSAGE(done, why(done));
  check_whole(disk);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(appender)

BOOST_AUTO_TEST_CASE(an_undisturbed_run_is_sealed_in_several_segments) {
  FakeDisk disk;

  BOOST_REQUIRE(Process(disk).work());

  check_whole(disk);
  BOOST_CHECK_GT(read_all(disk).report.segments.size(), 3);
  BOOST_CHECK(!disk.has(run_path / "reserve"));
}

BOOST_AUTO_TEST_CASE(killed_at_any_call_nothing_acknowledged_is_lost) {
  const std::uint64_t calls = calls_of_an_undisturbed_run();
  std::uint64_t crashes = 0;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    kill_and_resume(call, {.call = call, .mode = FakeDisk::Mode::kill}, 1);
    for (const std::size_t torn : {1, 3, 7, 8, 15, 16, 100}) {
      kill_and_resume(
          call * 31 + torn, {.call = call, .mode = FakeDisk::Mode::torn, .torn_bytes = torn}, 1);
      kill_and_resume(
          call * 37 + torn, {.call = call, .mode = FakeDisk::Mode::power, .torn_bytes = torn}, 1);
      crashes += 2;
    }
  }
  BOOST_TEST_MESSAGE(calls << " calls, " << crashes << " crashes");
}

BOOST_AUTO_TEST_CASE(a_chain_of_kills_and_power_cuts_ends_whole) {
  const std::uint64_t seed = 20260716;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  for (int round = 0; round < 150; ++round) {
    const FakeDisk::Kill kill{.call = 3 + rng.below(14),
                              .mode = static_cast<FakeDisk::Mode>(rng.below(3)),
                              .torn_bytes = rng.below(3000)};
    kill_and_resume(rng(), kill, 20);
  }
}

BOOST_AUTO_TEST_CASE(short_writes_and_interruptions_are_invisible) {
  FakeDisk disk;
  disk.write_at_most(97);
  disk.interrupt_writes();

  BOOST_REQUIRE(Process(disk).work());

  check_whole(disk);
}

BOOST_AUTO_TEST_CASE(an_error_at_any_call_ends_the_process_and_a_healed_disk_resumes) {
  using Operation = FakeDisk::Operation;
  for (const Operation operation : {Operation::create,
                                    Operation::write,
                                    Operation::sync,
                                    Operation::sync_directory,
                                    Operation::rename,
                                    Operation::preallocate}) {
    for (const int error : {EIO, ENOSPC, EDQUOT}) {
      for (std::uint64_t nth = 1;; ++nth) {
        FakeDisk disk(nth);
        Process process(disk);
        disk.arm(FakeDisk::Fault{
            .operation = operation, .nth = nth, .error = error, .for_good = nth % 2 == 0});
        const Status failed = process.work();
        if (!disk.fault_fired()) break;
        if (!failed) {
          BOOST_REQUIRE(failed.error().code == (error == EIO ? Errc::io : Errc::disk_full));
          BOOST_REQUIRE(failed.error().detail.find("run") != std::string::npos);
        }
        disk.disarm();
        if (nth % 3 == 0) disk.cut_power();
        const Status healed = process.work();
        BOOST_REQUIRE_MESSAGE(healed, why(healed));
        check_whole(disk);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_lost_sync_never_shows_as_a_result_after_a_power_cut) {
  for (std::uint64_t nth = 1; nth < 40; ++nth) {
    FakeDisk disk(nth);
    Process process(disk);
    disk.arm(FakeDisk::Fault{.operation = FakeDisk::Operation::sync, .nth = nth, .error = EIO});
    const Status failed = process.work();
    if (!disk.fault_fired()) break;
    BOOST_REQUIRE(!failed);
    disk.disarm();
    // The kernel shows the lost pages until the power goes; a resume in between makes them safe.
    BOOST_REQUIRE(process.work());
    disk.cut_power();
    check_whole(disk);
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_still_takes_the_last_records_from_the_reserve) {
  FakeDisk disk;
  auto appender = Appender::open(disk, run_path, opening_of(run), {.reserve_bytes = 64 << 10});
  BOOST_REQUIRE(appender);
  disk.limit_capacity((64 << 10) + 5000);
  std::uint64_t safe = 0;
  for (;;) {
    std::vector<Record> group;
    for (std::uint64_t i = 0; i < 4; ++i) group.emplace_back(score_record(safe + i));
    const auto appended = appender->append(group);
    safe += 4;
    if (appended) continue;
    BOOST_REQUIRE(appended.error().error.code == Errc::disk_full);
    BOOST_REQUIRE(appended.error().saved);
    break;
  }
  BOOST_CHECK(!disk.has(run_path / "reserve"));
  BOOST_CHECK(appender->append(std::vector<Record>{score_record(safe)}));
  BOOST_CHECK(appender->seal());

  const Reading reading = read_all(disk);
  BOOST_CHECK(!reading.is_damaged);
  BOOST_CHECK_EQUAL(reading.keys.size(), safe + 1);
  BOOST_CHECK_EQUAL(reading.report.segments.size(), 2);
}

BOOST_AUTO_TEST_CASE(a_damaged_journal_is_not_gone_on_with) {
  FakeDisk disk;
  write_journal(disk, run, 3, 3);
  const auto path = run_path / "journal" / "000001.jsonl";
  std::string bytes = disk.content(path);
  bytes[bytes.size() / 3] ^= 1;
  disk.put(path, bytes);

  const auto appender = Appender::open(disk, run_path, opening_of(run), small_segments);

  BOOST_REQUIRE(!appender);
  BOOST_CHECK(appender.error().code == Errc::damaged);
  BOOST_CHECK(appender.error().detail.find("000001.jsonl is damaged at byte") != std::string::npos);
  BOOST_CHECK_EQUAL(disk.content(path), bytes);
}

BOOST_AUTO_TEST_CASE(an_old_segment_is_never_touched) {
  FakeDisk disk;
  write_journal(disk, run, 3, 3);
  const auto path = run_path / "journal" / "000001.jsonl";
  const std::string torn = disk.content(path) + "{\"type\":\"sco";
  disk.put(path, torn);

  write_journal(disk, run, 1, 1);

  BOOST_CHECK_EQUAL(disk.content(path), torn);
  BOOST_CHECK_EQUAL(read_all(disk).keys.size(), 10);
}

BOOST_AUTO_TEST_SUITE_END()
