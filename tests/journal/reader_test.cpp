#include "journal/reader.hpp"

#include "journal/builders.hpp"
#include "journal/manifest.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace assay;
using namespace assay::journal;

namespace {

const std::filesystem::path first = run_path / "journal" / "000001.jsonl";
const std::filesystem::path second = run_path / "journal" / "000002.jsonl";
const std::filesystem::path third = run_path / "journal" / "000003.jsonl";

// Names the run, as RunDirectory does, so that a damaged first header can be told from a torn one.
void put_manifest(FakeDisk& disk, const RunId& run) {
  Manifest manifest;
  manifest.run = run;
  manifest.starts = 1;
  manifest.segments = 1;
  disk.put(run_path / "run.json", to_json(manifest));
}

// Where the last group of the segment begins: what is before it, later lines vouch for.
std::size_t last_group_begin(const std::string& bytes) {
  return bytes.rfind("\n{\"durable\":") + 1;
}

std::size_t lines_of(std::string_view bytes) {
  return static_cast<std::size_t>(std::ranges::count(bytes, '\n'));
}

// The keys read are the first of those written.
bool is_prefix(const std::vector<ContentKey>& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] != key_from(i)) return false;
  }
  return true;
}

struct OneSegment {
  OneSegment(std::size_t groups, std::size_t records) {
    write_journal(disk, run, groups, records);
    put_manifest(disk, run);
    bytes = disk.content(first);
    group = last_group_begin(bytes);
  }
  Reading read(std::string changed) {
    disk.put(first, std::move(changed));
    return read_all(disk);
  }
  RunId run = run_id_from(42);
  FakeDisk disk;
  std::string bytes;
  std::size_t group;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(reader)

BOOST_AUTO_TEST_CASE(what_was_written_is_read_in_order) {
  OneSegment journal(5, 4);

  const Reading reading = read_all(journal.disk);

  BOOST_CHECK(!reading.is_damaged);
  BOOST_CHECK_EQUAL(reading.keys.size(), 20);
  BOOST_CHECK(is_prefix(reading.keys));
  BOOST_CHECK_EQUAL(reading.report.torn_bytes(), 0);
  BOOST_CHECK_EQUAL(reading.report.lines, 21);
  BOOST_CHECK(!reading.report.is_sealed);
}

BOOST_AUTO_TEST_CASE(cut_at_every_byte_it_is_a_prefix_with_a_torn_tail) {
  OneSegment journal(4, 5);
  const std::size_t header = journal.bytes.find('\n') + 1;
  for (std::size_t cut = 0; cut < journal.bytes.size(); ++cut) {
    const std::string kept = journal.bytes.substr(0, cut);
    const Reading reading = journal.read(kept);
    // The manifest knows the segment: without its header it was not torn but damaged.
    BOOST_REQUIRE_EQUAL(reading.is_damaged, cut < header);
    BOOST_REQUIRE(is_prefix(reading.keys));
    if (cut < header) continue;
    BOOST_REQUIRE_EQUAL(reading.keys.size(), lines_of(kept) - 1);
    BOOST_REQUIRE_EQUAL(reading.report.torn_bytes(), cut - (kept.rfind('\n') + 1));
  }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_is_damage_before_the_last_group_and_a_torn_tail_in_it) {
  OneSegment journal(10, 20);
  const std::uint64_t seed = 20260714;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  for (int round = 0; round < 400; ++round) {
    const std::size_t at = rng.below(journal.bytes.size());
    std::string flipped = journal.bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << rng.below(8)));
    journal.disk.put(first, flipped);
    const auto report = verify_journal(journal.disk, run_path);
    BOOST_REQUIRE(report);
    BOOST_REQUIRE_EQUAL(report->damage.has_value(), at < journal.group);
    BOOST_REQUIRE(report->damage || report->torn_bytes() > 0);
    const std::size_t line = at == 0 ? 0 : journal.bytes.rfind('\n', at - 1) + 1;
    if (report->damage) BOOST_REQUIRE_EQUAL(report->damage->offset, line);
  }
}

BOOST_AUTO_TEST_CASE(every_byte_zeroed_or_removed_is_never_accepted) {
  OneSegment journal(3, 3);
  for (std::size_t at = 0; at < journal.bytes.size(); ++at) {
    for (const std::string& by : {std::string(1, '\0'), std::string("\xff"), std::string()}) {
      if (journal.bytes.substr(at, 1) == by) continue;
      const Reading reading = journal.read(std::string(journal.bytes).replace(at, 1, by));
      BOOST_REQUIRE(is_prefix(reading.keys));
      BOOST_REQUIRE_MESSAGE(reading.is_damaged == (at < journal.group), at << " " << by.size());
      BOOST_REQUIRE(reading.is_damaged || reading.report.torn_bytes() > 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(zeroed_sectors_of_the_last_group_are_a_torn_tail) {
  OneSegment journal(3, 40);
  const std::uint64_t seed = 20260715;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  for (int round = 0; round < 300; ++round) {
    std::string bytes = journal.bytes;
    bool changed = false;
    for (std::size_t at = (journal.group + 511) / 512 * 512; at < bytes.size(); at += 512) {
      if (rng.below(4) != 0) continue;
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                  std::min<std::size_t>(512, bytes.size() - at),
                  '\0');
      changed = true;
    }
    const Reading reading = journal.read(bytes);
    BOOST_REQUIRE(!reading.is_damaged);
    BOOST_REQUIRE(is_prefix(reading.keys));
    BOOST_REQUIRE(reading.keys.size() >= 80);
    BOOST_REQUIRE_EQUAL(reading.report.torn_bytes() > 0, changed);
  }
}

BOOST_AUTO_TEST_CASE(lines_removed_doubled_or_swapped_are_found) {
  OneSegment journal(6, 5);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < journal.bytes.size();) {
    const std::size_t end = journal.bytes.find('\n', at) + 1;
    lines.push_back(journal.bytes.substr(at, end - at));
    at = end;
  }
  const std::size_t in_last_group = lines.size() - 5;
  const auto joined = [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part;
    return text;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto removed = lines;
    removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(i));
    auto doubled = lines;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    auto swapped = lines;
    if (i + 1 < lines.size()) std::swap(swapped[i], swapped[i + 1]);
    for (const auto& changed : {removed, doubled, swapped}) {
      if (changed == lines) continue;
      const Reading reading = journal.read(joined(changed));
      BOOST_REQUIRE(is_prefix(reading.keys));
      const bool last_removed = i + 1 == lines.size() && changed.size() < lines.size();
      BOOST_REQUIRE(reading.is_damaged || reading.report.torn_bytes() > 0 || last_removed);
      if (i + 1 < in_last_group) BOOST_REQUIRE(reading.is_damaged);
    }
  }
}

BOOST_AUTO_TEST_CASE(lines_of_another_run_never_verify) {
  OneSegment journal(4, 4);
  FakeDisk other_disk;
  write_journal(other_disk, run_id_from(43), 4, 4);
  const std::string other = other_disk.content(first);
  for (std::size_t at = 0; at != std::string::npos; at = other.find('\n', at + 1)) {
    const std::size_t begin = at == 0 ? 0 : at + 1;
    const std::string pasted = other.substr(begin, other.find('\n', begin) + 1 - begin);
    for (std::size_t place = 0; place != std::string::npos;
         place = journal.bytes.find('\n', place + 1)) {
      std::string bytes = journal.bytes;
      bytes.insert(place == 0 ? 0 : place + 1, pasted);
      if (pasted.empty()) continue;
      const Reading reading = journal.read(bytes);
      BOOST_REQUIRE(is_prefix(reading.keys));
      BOOST_REQUIRE(reading.is_damaged || reading.report.torn_bytes() > 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(bytes_behind_a_seal_are_damage) {
  FakeDisk disk;
  auto appender = Appender::open(disk, run_path, opening_of(run_id_from(1)), {.reserve_bytes = 0});
  BOOST_REQUIRE(appender);
  BOOST_REQUIRE(appender->seal());
  BOOST_REQUIRE(appender->close());
  BOOST_CHECK(read_all(disk).report.is_sealed);

  disk.put(first, disk.content(first) + "noise");
  const Reading reading = read_all(disk);

  BOOST_CHECK(reading.is_damaged);
}

BOOST_AUTO_TEST_CASE(a_segment_missing_foreign_swapped_or_doubled_shows) {
  const RunId run = run_id_from(1);
  FakeDisk disk;
  for (int i = 0; i < 3; ++i) write_journal(disk, run, 2, 2);
  const std::string one = disk.content(first);
  const std::string two = disk.content(second);
  const std::string three = disk.content(third);
  FakeDisk other_disk;
  for (int i = 0; i < 3; ++i) write_journal(other_disk, run_id_from(2), 2, 2);
  BOOST_REQUIRE(!read_all(disk).is_damaged);
  const auto damage_after = [&](auto change) {
    FakeDisk copy;
    put_manifest(copy, run);
    copy.put(first, one), copy.put(second, two), copy.put(third, three);
    change(copy);
    const Reading reading = read_all(copy);
    return reading.is_damaged ? reading.report.damage->segment : 0;
  };

  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.erase(first); }), 1);
  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.erase(second); }), 2);
  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.put(second, other_disk.content(second)); }),
                    2);
  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.put(second, three), d.put(third, two); }), 2);
  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.put(third, two); }), 3);
  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.put(second, one); }), 2);
  BOOST_CHECK_EQUAL(
      damage_after([&](FakeDisk& d) { d.put(run_path / "journal" / "000004.jsonl", three); }), 4);
  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.put(first, one.substr(0, one.size() / 3)); }),
                    1);
  BOOST_CHECK_EQUAL(damage_after([&](FakeDisk& d) { d.put(second, two.substr(5)); }), 2);
}

BOOST_AUTO_TEST_CASE(a_last_segment_that_the_manifest_knows_is_missed) {
  FakeDisk disk;
  const RunId run = run_id_from(1);
  write_journal(disk, run, 2, 2);
  write_journal(disk, run, 2, 2);
  Manifest manifest;
  manifest.run = run;
  manifest.segments = 2;
  disk.put(run_path / "run.json", to_json(manifest));
  BOOST_REQUIRE(!read_all(disk).is_damaged);

  disk.erase(second);

  BOOST_CHECK(read_all(disk).is_damaged);
}

BOOST_AUTO_TEST_CASE(a_torn_header_makes_a_void_segment) {
  FakeDisk disk;
  const RunId run = run_id_from(1);
  write_journal(disk, run, 2, 3);
  put_manifest(disk, run);
  write_journal(disk, run, 0, 0);
  const std::string header = disk.content(second);
  const std::size_t header_bytes = header.find('\n');
  for (std::size_t cut = 0; cut <= header_bytes; ++cut) {
    disk.put(second, header.substr(0, cut));
    const Reading reading = read_all(disk);
    BOOST_REQUIRE(!reading.is_damaged);
    BOOST_REQUIRE_EQUAL(reading.keys.size(), 6);
    BOOST_REQUIRE(reading.report.segments.back().is_void);
  }
  write_journal(disk, run, 1, 1);
  BOOST_CHECK(disk.has(third));
  const Reading reading = read_all(disk);
  BOOST_CHECK(!reading.is_damaged);
  BOOST_CHECK_EQUAL(reading.keys.size(), 7);
}

BOOST_AUTO_TEST_CASE(a_journal_can_be_read_at_every_length_it_grows_through) {
  OneSegment journal(3, 3);
  const std::string grown = journal.bytes;
  for (std::size_t length = grown.find('\n') + 1; length < grown.size(); length += 17) {
    const Reading reading = journal.read(grown.substr(0, length));
    BOOST_REQUIRE(!reading.is_damaged);
    BOOST_REQUIRE(is_prefix(reading.keys));
  }
}

BOOST_AUTO_TEST_SUITE_END()
