// Lines by their places, in any order: blocks of them are kept, and a line is the same whether one
// held it or not.

#include "core/rng.hpp"
#include "journal/fake_disk.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"
#include "journal/segment_scan.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::journal;

namespace {

struct Line {
  LinePlace place;
  std::string text;
};

// Segments of lines of up to 900 bytes, and a few longer than a block.
class Lines {
 public:
  Lines() {
    Rng rng(7);
    std::filesystem::create_directories(segment_path(run(), 0).parent_path());
    for (std::uint32_t segment = 0; segment < 3; ++segment) {
      std::string text;
      for (int i = 0; i < 800; ++i) {
        const std::size_t bytes = rng.below(200) == 0 ? 150'000 : rng.below(900);
        std::string line(bytes, static_cast<char>('a' + rng.below(26)));
        const LinePlace place{
            .offset = text.size(), .segment = segment, .bytes = static_cast<std::uint32_t>(bytes)};
        text.append(line).append("\n");
        all_.push_back({place, std::move(line)});
      }
      std::ofstream(segment_path(run(), segment), std::ios::binary) << text;
    }
  }

  [[nodiscard]] std::filesystem::path run() const { return folder_.path(); }
  [[nodiscard]] const std::vector<Line>& all() const { return all_; }

 private:
  TempFolder folder_;
  std::vector<Line> all_;
};

void check(LineFetcher& fetcher, const Line& line) {
  const auto fetched = fetcher.fetch_line(line.place);
  BOOST_TEST_REQUIRE((fetched && *fetched == line.text), "at " << line.place.offset);
}

// How many times the size of a segment of lines of `bytes` bytes is read to fetch them in that
// order.
double times_read(std::span<const std::size_t> order, std::size_t bytes) {
  FakeDisk disk;
  const std::string line = std::string(bytes - 1, 'x') + "\n";
  std::string text;
  for (std::size_t i = 0; i < order.size(); ++i) text += line;
  disk.put(segment_path("run", 0), text);
  LineFetcher fetcher(disk, "run");
  for (const std::size_t i : order) {
    const auto fetched = fetcher.fetch_line(
        {.offset = i * bytes, .segment = 0, .bytes = static_cast<std::uint32_t>(bytes - 1)});
    BOOST_TEST_REQUIRE((fetched && fetched->size() == bytes - 1));
  }
  return static_cast<double>(disk.bytes_read()) / static_cast<double>(text.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_fetcher)

BOOST_AUTO_TEST_CASE(lines_are_the_same_in_every_order) {
  const Lines lines;
  const auto& all = lines.all();
  LineFetcher fetcher(posix_storage(), lines.run());
  for (std::size_t i = 0; i < all.size(); ++i) check(fetcher, all[i]);
  for (std::size_t i = all.size(); i-- > 0;) check(fetcher, all[i]);
  Rng rng(8);
  std::size_t at = 0;
  for (int i = 0; i < 10'000; ++i) {  // mostly near the last, before and behind it
    at = rng.below(20) == 0 ? rng.below(all.size())
                            : (at + all.size() + rng.below(40) - 19) % all.size();
    check(fetcher, all[at]);
  }
}

BOOST_AUTO_TEST_CASE(of_a_file_that_became_shorter_there_is_less) {
  const Lines lines;
  const auto& all = lines.all();
  const std::uint64_t cut = all[400].place.offset + all[400].text.size() / 2;
  std::filesystem::resize_file(segment_path(lines.run(), 0), cut);
  LineFetcher fetcher(posix_storage(), lines.run());
  check(fetcher, all[398]);
  check(fetcher, all[399]);
  BOOST_TEST((fetcher.fetch_line(all[400].place) ==
              std::string_view(all[400].text).substr(0, all[400].text.size() / 2)));
  BOOST_TEST((fetcher.fetch_line(all[500].place) == std::string_view()));
  BOOST_TEST((fetcher.fetch(all[500].place).error().code == Errc::damaged));
  check(fetcher, all[0]);
}

// Answers come back as far from the order of their requests as there are requests in flight.
BOOST_AUTO_TEST_CASE(lines_as_far_apart_as_requests_in_flight_are_read_once) {
  std::vector<std::pair<std::size_t, std::size_t>> ends;
  Rng rng(9);
  for (std::size_t i = 0; i < 40'000; ++i) ends.emplace_back(i + rng.below(8'000), i);
  std::ranges::sort(ends);
  std::vector<std::size_t> order;
  for (const auto& [end, line] : ends) order.push_back(line);
  BOOST_TEST(times_read(order, 380) < 1.1);
}

BOOST_AUTO_TEST_CASE(long_lines_are_read_alone) {
  std::vector<std::size_t> order(1'000);
  std::iota(order.begin(), order.end(), 0);
  BOOST_TEST(times_read(order, 10'000) < 1.0);  // without the newlines
}

BOOST_AUTO_TEST_CASE(lines_in_no_order_cost_no_more_than_a_few_times_their_bytes) {
  std::vector<std::size_t> order(10'000);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::shuffle(order, Rng(10));
  BOOST_TEST(times_read(order, 4'000) < 2.5);
}

BOOST_AUTO_TEST_SUITE_END()
