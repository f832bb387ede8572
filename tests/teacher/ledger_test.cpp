#include "teacher/ledger.hpp"

#include "teacher/client.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <fstream>
#include <iterator>

namespace assay::teacher {

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

LedgerLine line_of(std::uint64_t ordinal) {
  LedgerLine line;
  line.ordinal = ordinal;
  line.content = content_digest("m", "p");
  line.model = "m";
  line.status = 200;
  line.tokens_in = {50};
  line.cost = NanoUsd(10'000);
  line.attempt = 1;
  return line;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ledger)

BOOST_AUTO_TEST_CASE(a_line_holds_what_was_billed) {
  std::string text;
  auto line = line_of(3);
  line.at = std::chrono::milliseconds(12);
  append_json_line(text, line);
  BOOST_TEST(
      text ==
      R"({"n":3,"t_ms":12,"content":")" + to_hex(*line.content) +
          R"(","prompts":[],"model":"m","status":200,"in":50,"out":0,"cost_nanousd":10000,"attempt":1,"fault":null,"refusal":null})" +
          "\n");
}

BOOST_AUTO_TEST_CASE(lines_reach_the_file_at_a_flush_or_at_once) {
  const test::TemporaryDirectory directory;
  const auto path = directory.path() / "ledger.jsonl";
  auto lazy = Ledger::open(path, Ledger::Sync::on_flush);
  BOOST_REQUIRE(lazy->add(line_of(1)).has_value());
  BOOST_TEST(text_of(path).empty());
  BOOST_REQUIRE(lazy->flush().has_value());
  const auto one = text_of(path).size();
  BOOST_TEST(one > 0u);
  auto prompt = Ledger::open(path, Ledger::Sync::each_line);
  BOOST_REQUIRE(prompt->add(line_of(2)).has_value());
  BOOST_TEST(text_of(path).size() == 2 * one);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_said) {
  auto ledger = Ledger::open("/dev/full", Ledger::Sync::each_line);
  BOOST_REQUIRE(ledger.has_value());
  BOOST_TEST(!ledger->add(line_of(1)).has_value());
  BOOST_TEST(!Ledger::open("/nonexistent/ledger", Ledger::Sync::on_flush).has_value());
}

BOOST_AUTO_TEST_CASE(a_servers_ledger_agrees_with_what_it_answered) {
  const test::TemporaryDirectory directory;
  const auto path = directory.path() / "ledger.jsonl";
  ServerOptions options;
  options.ledger = path;
  options.price = {200'000'000, 800'000'000};
  options.faults.rules = {*parse_fault_rule("status-500@3"), *parse_fault_rule("reset-mid-body@4")};
  std::int64_t tokens = 0;
  {
    test::ServerFixture teacher(std::move(options));
    simdjson::dom::parser parser;
    for (int request = 0; request < 4; ++request) {
      test::Client client(teacher.server());
      const auto answer =
          client.post("/v1/completions", test::echo_body("teacher-base", "How do I bake bread?"));
      if (!answer || answer->status != 200) continue;
      tokens += std::int64_t{parser.parse(answer->body)["usage"]["prompt_tokens"]};
    }
  }
  simdjson::dom::parser parser;
  const auto text = simdjson::padded_string(text_of(path));
  std::int64_t billed = 0;
  std::int64_t cost = 0;
  std::vector<std::string> faults;
  std::vector<std::int64_t> attempts;
  simdjson::dom::document_stream lines = parser.parse_many(text);
  for (auto line : lines) {
    billed += std::int64_t{line["in"]};
    cost += std::int64_t{line["cost_nanousd"]};
    attempts.push_back(line["attempt"]);
    faults.emplace_back(line["fault"].is_null() ? "" : std::string_view(line["fault"]));
  }
  // Two answers came whole, the refusal costs nothing, the reset is billed although nobody got it.
  BOOST_TEST(billed == tokens / 2 * 3);
  BOOST_TEST(cost == 3 * cost_of({200'000'000, 800'000'000}, {tokens / 2}, {0}).nanos());
  BOOST_TEST(faults == (std::vector<std::string>{"", "", "status-500", "reset-mid-body"}),
             boost::test_tools::per_element());
  BOOST_TEST(attempts == (std::vector<std::int64_t>{1, 2, 3, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
