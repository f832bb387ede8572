// Lines by their places, in any order: neighbours are read along, and a line is the same whether it
// was among them or not.

#include "core/rng.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"
#include "journal/segment_scan.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::journal;

namespace {

struct Line {
  LinePlace place;
  std::string text;
};

// Segments of lines of up to 900 bytes, and a few longer than what is read along.
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

BOOST_AUTO_TEST_SUITE_END()
