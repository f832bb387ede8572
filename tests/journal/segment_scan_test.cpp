#include "journal/segment_scan.hpp"

#include "journal/builders.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using namespace assay::journal;

namespace {

const RunId run = run_id_from(42);

std::string segment_of(std::size_t groups, std::size_t records) {
  FakeDisk disk;
  write_journal(disk, run, groups, records);
  return disk.content(run_path / "journal" / "000001.jsonl");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(segment_scan)

BOOST_AUTO_TEST_CASE(bytes_may_come_in_any_pieces) {
  const std::string bytes = segment_of(3, 4);
  for (std::size_t piece = 1; piece < 700; piece += 23) {
    SegmentScan scan(run, 1);
    std::string waiting;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      waiting += bytes.substr(at, piece);
      const auto step = scan.take(waiting);
      BOOST_REQUIRE(step.stop == SegmentScan::Stop::needs_more);
      waiting.erase(0, step.taken);
    }
    BOOST_REQUIRE_EQUAL(scan.offset(), bytes.size());
    BOOST_REQUIRE_EQUAL(scan.lines(), 13);
    BOOST_REQUIRE_EQUAL(scan.group().lines_before, 9);
  }
}

// Every bit of a segment of 200 records: the scan stops at the very line, and the line after it
// vouches exactly when it belongs to a later group.
BOOST_AUTO_TEST_CASE(every_single_bit_counts) {
  std::string bytes = segment_of(10, 20);
  const std::size_t last_group = bytes.rfind("\n{\"durable\":") + 1;
  SegmentScan before(run, 1);
  std::uint64_t flips = 0;
  std::uint64_t silent = 0;
  std::uint64_t misjudged = 0;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = bytes.find('\n', begin) + 1;
    for (std::size_t at = begin; at < end; ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        const std::string_view rest = std::string_view(bytes).substr(begin);
        SegmentScan scan = before;
        const auto step = scan.take(rest);
        if (step.taken != 0 || (step.stop != SegmentScan::Stop::bad_line && end != bytes.size()))
          ++silent;
        Vouching vouching(run, 1, begin);
        static_cast<void>(vouching.take(rest));
        if (vouching.durable().has_value() != (begin < last_group)) ++misjudged;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        ++flips;
      }
    }
    BOOST_REQUIRE_EQUAL(before.take(std::string_view(bytes).substr(begin, end - begin)).taken,
                        end - begin);
    begin = end;
  }
  BOOST_TEST_MESSAGE(flips << " flips");
  BOOST_CHECK_EQUAL(silent, 0);
  BOOST_CHECK_EQUAL(misjudged, 0);
}

BOOST_AUTO_TEST_CASE(a_journal_inside_a_text_never_verifies) {
  const std::string bytes = segment_of(3, 2);
  for (const auto& [id, number] : {std::pair{run, 2}, std::pair{run_id_from(43), 1}}) {
    SegmentScan scan(id, static_cast<std::uint64_t>(number));
    BOOST_CHECK_EQUAL(scan.take(bytes).taken, 0);
    Vouching vouching(id, static_cast<std::uint64_t>(number), 0);
    static_cast<void>(vouching.take(bytes));
    BOOST_CHECK(!vouching.durable());
  }
}

BOOST_AUTO_TEST_SUITE_END()
