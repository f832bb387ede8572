// The face over the command-line library: what the rest of the room relies on.

#include "cli/command_line.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using cli::CommandLine;

namespace {

// `tool help [topic]`, and `tool journal cat RUN`.
struct Tool {
  CommandLine line;
  std::string topic;
  std::string run;
  std::string chosen;

  Tool() {
    const auto help = line.root().add_command("help", "Overview");
    help.add_option("topic", &topic, "A command");
    help.when_chosen([this] { chosen = "help"; });
    const auto journal = line.root().add_command("journal", "Journals");
    journal.requires_command();
    const auto cat = journal.add_command("cat", "Print records");
    cat.add_option("RUN", &run, "The run").required();
    cat.when_chosen([this] { chosen = "cat"; });
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(help_takes_the_name_of_a_command_as_its_topic) {
  Tool tool;
  BOOST_REQUIRE(tool.line.parse({"help", "journal"}));
  BOOST_TEST(tool.topic == "journal");
  BOOST_TEST(tool.chosen == "help");
}

BOOST_AUTO_TEST_CASE(help_is_printed_for_the_innermost_command_even_when_an_argument_lacks) {
  Tool tool;
  const auto text = tool.line.parse({"journal", "cat", "--help"});
  BOOST_REQUIRE(text);
  BOOST_REQUIRE(text->has_value());
  BOOST_TEST((*text)->find("Print records") != std::string::npos);
  BOOST_TEST(tool.chosen.empty());
}

BOOST_AUTO_TEST_CASE(an_argument_that_lacks_is_named) {
  Tool tool;
  const auto parsed = tool.line.parse({"journal", "cat"});
  BOOST_REQUIRE(!parsed);
  BOOST_TEST(parsed.error().detail.find("RUN") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_option_knows_whether_it_was_given) {
  CommandLine line;
  std::vector<std::string> classes;
  const auto retry = line.root().add_option("--retry", &classes, "Classes").any_number();
  BOOST_REQUIRE(line.parse({"--retry", "overloaded,timeout"}));
  BOOST_TEST(retry.given());
  BOOST_TEST(classes == (std::vector<std::string>{"overloaded", "timeout"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_value_outside_its_range_is_refused) {
  CommandLine line;
  unsigned threads = 1;
  line.root().add_option("--threads", &threads, "Loops").between(1, 64);
  BOOST_TEST(!line.parse({"--threads", "65"}));
  CommandLine again;
  again.root().add_option("--threads", &threads, "Loops").between(1, 64);
  BOOST_REQUIRE(again.parse({"--threads", "64"}));
  BOOST_TEST(threads == 64u);
}

BOOST_AUTO_TEST_SUITE_END()
