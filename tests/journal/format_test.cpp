#include "journal/appender.hpp"
#include "journal/builders.hpp"
#include "support/source_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

using namespace assay;
using namespace assay::journal;

namespace {

std::string example_in_format_md() {
  std::ifstream file(test::source_directory() / "src/journal/FORMAT.md");
  BOOST_REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::string fence = "```jsonl\n";
  const std::size_t begin = all.find(fence) + fence.size();
  return all.substr(begin, all.find("```", begin) - begin);
}

std::string example_by_the_codec() {
  RunId run;
  for (std::size_t i = 0; i < run.bytes.size(); ++i) run.bytes[i] = static_cast<std::uint8_t>(i);
  ScoreRecord ok = score_record(0);
  ok.row = 17;
  ok.outcome = score_of(-14.72, 21);
  ScoreRecord failed = score_record(1);
  failed.row = 84;
  failed.outcome =
      make_failure(FailureClass::echo_mismatch, "byte 112: the echo has \"b\", not \"a\"");
  failed.delivery.attempts = 3;
  FakeDisk disk;
  auto appender = Appender::open(disk, run_path, opening_of(run), {.reserve_bytes = 0});
  BOOST_REQUIRE(appender);
  BOOST_REQUIRE(appender->append(std::vector<Record>{ok, failed}));
  BOOST_REQUIRE(appender->seal());
  return disk.content(run_path / "journal" / "000001.jsonl");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(format)

BOOST_AUTO_TEST_CASE(the_worked_example_is_what_the_codec_writes) {
  BOOST_CHECK_EQUAL(example_in_format_md(), example_by_the_codec());
}

BOOST_AUTO_TEST_SUITE_END()
