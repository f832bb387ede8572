#include "dataset/survey.hpp"

#include "support/shared_data.hpp"
#include "support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <functional>
#include <string>

namespace assay::dataset::test {
namespace {

std::string row(int id) {
  return "{\"id\": " + std::to_string(id) + ", \"prompt\": \"p\", \"response\": \"r\"}\n";
}

class Files {
 public:
  DataFile add(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
    return {(directory_ / name).string(), name, {}, Format::automatic};
  }

 private:
  assay::test::TempDirectory directory_;
};

// The peak resident memory of this process, in KiB.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  }
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(survey)

BOOST_AUTO_TEST_CASE(every_row_is_counted_and_bad_ones_are_listed) {
  const Files files;
  const auto one = files.add("one", row(1) + "not json\n" + row(2));
  const auto two = files.add("two", row(3));
  const auto found = dataset::survey({one, two});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->rows_good == 3u);
  BOOST_TEST(found->rows_bad == 1u);
  BOOST_REQUIRE_EQUAL(found->files.size(), 2u);
  BOOST_TEST(found->files[0].rows_good == 2u);
  BOOST_TEST((found->files[0].file.format == Format::plain));
  BOOST_TEST(found->files[1].bytes == row(3).size());
  BOOST_REQUIRE_EQUAL(found->bad_rows.size(), 1u);
  BOOST_TEST(found->bad_rows[0].row == 1u);
  BOOST_TEST(found->bad_rows[0].line == 2u);
}

BOOST_AUTO_TEST_CASE(bad_rows_are_listed_up_to_a_bound_and_counted_beyond) {
  const Files files;
  std::string text;
  for (int i = 0; i < 50; ++i) text += "[]\n";
  const auto found = dataset::survey({files.add("bad", text)});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->rows_bad == 50u);
  BOOST_TEST(found->bad_rows.size() == listed_max);
}

BOOST_AUTO_TEST_CASE(rows_that_repeat_id_and_draw_are_found) {
  const Files files;
  const auto one = files.add("one", row(1) + row(2) + row(1) + row(1));
  const auto two = files.add("two", row(1));
  const auto found = dataset::survey({one, two});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->duplicates_checked);
  BOOST_TEST(found->duplicates == 2u);
  BOOST_REQUIRE_EQUAL(found->duplicated.size(), 2u);
  BOOST_TEST(found->duplicated[0].row == 2u);
  BOOST_TEST(found->duplicated[0].id == "1");
  BOOST_TEST(found->duplicated[0].source == "one");
}

BOOST_AUTO_TEST_CASE(the_digest_is_of_names_bytes_and_their_order) {
  const Files files;
  const auto one = files.add("one", row(1) + row(2));
  const auto two = files.add("two", row(3));
  const auto digest = [](const std::vector<DataFile>& list) {
    return dataset::survey(list)->digest;
  };
  const ContentKey reference = digest({one, two});
  BOOST_TEST((digest({one, two}) == reference));
  BOOST_TEST((digest({two, one}) != reference));
  const Files elsewhere;
  BOOST_TEST(
      (digest({elsewhere.add("one", row(1) + row(2)), elsewhere.add("two", row(3))}) == reference));
  BOOST_TEST(
      (digest({elsewhere.add("one", row(1)), elsewhere.add("two", row(2) + row(3))}) != reference));
  BOOST_TEST(
      (digest({elsewhere.add("uno", row(1) + row(2)), elsewhere.add("two", row(3))}) != reference));
}

BOOST_AUTO_TEST_CASE(the_source_gives_what_was_surveyed_in_order_and_again_after_rewind) {
  const Files files;
  const auto one = files.add("one", row(10) + "[]\n");
  const auto two = files.add("two", row(11));
  auto samples = open_files({one, two});
  BOOST_REQUIRE(samples.has_value());
  for (int pass = 0; pass < 2; ++pass) {
    BOOST_TEST((**samples).next().value()->value().id == "10");
    const Row bad = *(**samples).next().value();
    BOOST_REQUIRE(!bad);
    BOOST_TEST(bad.error().row == 1u);
    const Row good = *(**samples).next().value();
    BOOST_TEST(good->row == 2u);
    BOOST_TEST(good->source == "two");
    BOOST_TEST(((**samples).next().value() == nullptr));
    BOOST_REQUIRE((**samples).rewind().has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_missing_file_shows_before_the_first_row) {
  const auto samples = open_files({{"/nowhere/at/all.jsonl", "all", {}, Format::automatic}});
  BOOST_REQUIRE(!samples);
  BOOST_TEST((samples.error().code == Errc::input));
}

BOOST_AUTO_TEST_CASE(two_hundred_thousand_rows_are_read_in_flat_memory) {
  const Files files;
  std::string block;
  const std::string filler(100, 'x');
  for (int i = 0; i < 1000; ++i)
    block +=
        "{\"prompt\": \"" + filler + "\", \"response\": \"" + filler + std::to_string(i) + "\"}\n";
  const auto small = files.add("small", block);
  const auto large = files.add("large", "");
  {
    std::ofstream out(large.path, std::ios::binary);
    for (int i = 0; i < 200; ++i) out << block;
  }
  const auto count = [](const DataFile& file) {
    auto samples = open_files({file});
    std::size_t rows = 0;
    while (const Row* next = (*samples)->next().value()) rows += next->has_value();
    return rows;
  };
  BOOST_TEST(count(small) == 1000u);
  const long before = peak_kib();
  BOOST_TEST(count(large) == 200'000u);
  // 50 MB went through; the blocks of the first file were enough.
  BOOST_TEST(peak_kib() - before < 1024);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::dataset::test
