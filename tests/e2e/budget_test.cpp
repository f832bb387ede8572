// Issue 3: a cap is kept against the provider's own ledger, at 256 in flight, with answers lost
// after billing and kills; and what the run says at the cap goes on from there.

#include "core/rng.hpp"
#include "e2e/lab.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <csignal>
#include <ostream>
#include <sstream>

namespace assay::test {
namespace {

constexpr std::size_t rows = 1'000;  // under three policies
constexpr Price price{200'000'000, 200'000'000};

enum class Capped : std::uint8_t { usd, tokens, requests };

std::ostream& operator<<(std::ostream& out, Capped capped) {
  constexpr const char* names[] = {"dollars", "tokens", "requests"};
  return out << names[static_cast<std::size_t>(capped)];
}

teacher::ServerOptions quiet_teacher() {
  teacher::ServerOptions options;
  options.price = price;
  options.latency = teacher::parse_latency("30ms").value();
  return options;
}

teacher::ServerOptions ghostly_teacher() {
  teacher::ServerOptions options = quiet_teacher();
  for (const char* rule : {"reset-before-answer:0.02:1",
                           "close-mid-body:0.02:1",
                           "malformed-json:0.01:1",
                           "no-usage:0.01:1",
                           "zero-usage:0.01:1",
                           "negative-usage:0.01:1",
                           "absurd-usage:0.01:1",
                           "status-500:0.02:1"}) {
    options.faults.rules.push_back(teacher::parse_fault_rule(rule).value());
  }
  return options;
}

// What the provider billed, on the capped axis.
std::int64_t billed(Lab& lab, Capped capped) {
  lab.server().flush_ledger();
  std::int64_t sum = 0;
  simdjson::dom::parser parser;
  for (const std::string& line : lines_of(lab.read("provider/ledger.jsonl"))) {
    const simdjson::dom::element entry = parser.parse(line);
    if (capped == Capped::usd) sum += std::int64_t{entry["cost_nanousd"]};
    if (capped == Capped::tokens) sum += std::int64_t{entry["in"]} + std::int64_t{entry["out"]};
    if (capped == Capped::requests) sum += 1;
  }
  return sum;
}

// What all of the data costs on each axis, from a run without a cap.
std::int64_t whole_need(Capped capped) {
  static Lab lab(quiet_teacher());
  static const bool done = [] {
    const std::string data = lab.write("data.jsonl", generated_rows(rows, 3));
    const Lab::Ended whole =
        lab.assay({"score", "-c", lab.write("c.yaml", lab.config(data, "run")), "-q", "-j", "256"});
    BOOST_REQUIRE_MESSAGE(whole.exit_code == 0, whole.err);
    return true;
  }();
  BOOST_REQUIRE(done);
  return billed(lab, capped);
}

std::string budget_of(Capped capped, std::int64_t cap) {
  switch (capped) {
    case Capped::usd:
      return fmt::format("budget: {{usd: {}.{:09}}}\n", cap / 1'000'000'000, cap % 1'000'000'000);
    case Capped::tokens:
      return fmt::format("budget: {{tokens: {}}}\n", cap);
    case Capped::requests:
      return fmt::format("budget: {{requests: {}}}\n", cap);
  }
  return {};
}

// The run's own figure, of its last clean end.
std::int64_t stated(Lab& lab, Capped capped, const char* what) {
  simdjson::dom::parser parser;
  const std::string text = lab.read("run/summary.json");
  const simdjson::dom::element budget = parser.parse(text)["budget"][what];
  if (capped == Capped::usd) return std::int64_t{budget["nanousd"]};
  if (capped == Capped::tokens) return std::int64_t{budget["tokens"]};
  return std::int64_t{budget["requests"]};
}

// The arguments of the command in the line that begins with `label`.
std::vector<std::string> command_after(const std::string& text, const std::string& label) {
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with(label)) continue;
    std::vector<std::string> words;
    std::istringstream in(line.substr(label.size()));
    for (std::string word; in >> word;) words.push_back(word);
    BOOST_REQUIRE(words.size() > 1 && words[0] == "assay");
    words.erase(words.begin());
    return words;
  }
  BOOST_FAIL("no line begins with " + label + ":\n" + text);
  return {};
}

const auto all_caps = boost::unit_test::data::make({Capped::usd, Capped::tokens, Capped::requests});

BOOST_AUTO_TEST_SUITE(budget)

BOOST_DATA_TEST_CASE(ghosts_and_kills_never_bill_more_than_the_cap, all_caps, capped) {
  const std::int64_t cap = whole_need(capped) * 2 / 5;
  Lab lab(ghostly_teacher());
  const std::string data = lab.write("data.jsonl", generated_rows(rows, 3));
  const std::string config = lab.write("c.yaml", lab.config(data, "run", budget_of(capped, cap)));
  Rng rng(20261126);
  std::optional<int> ended;
  int kills = 0;
  for (; kills < 10 && !ended; ++kills) {
    const std::uint64_t enough = lab.server().counters().requests + 1 + rng.below(100);
    cli::Child child = lab.start({"score", "-c", config, "-q", "-j", "256"});
    while (!ended && lab.server().counters().requests < enough)
      ended = child.wait_for(std::chrono::milliseconds{1});
    if (ended) break;
    child.signal(SIGKILL);
    static_cast<void>(child.wait());
    BOOST_REQUIRE(billed(lab, capped) <= cap);
  }
  const Lab::Ended last = lab.assay({"score", "-c", config, "-q", "-j", "256"});

  BOOST_TEST(last.exit_code == 4, last.err);
  const std::int64_t bill = billed(lab, capped);
  const std::int64_t unknown = stated(lab, capped, "unknown");
  BOOST_TEST_MESSAGE(capped << ": " << kills << " kills, billed " << bill << " of " << cap
                            << ", unknown " << unknown);
  BOOST_TEST(bill <= cap);
  BOOST_TEST(stated(lab, capped, "spent") + unknown <= cap);
  BOOST_TEST(static_cast<double>(bill) >= 0.9 * static_cast<double>(cap - unknown));
  const Lab::Ended audit = lab.assay({"audit", lab.path("run").string()});
  BOOST_TEST(audit.exit_code == 0, audit.out + audit.err);
  BOOST_TEST(audit.out.find("Proved:") != std::string::npos, audit.out);
}

BOOST_AUTO_TEST_CASE(at_the_cap_it_saves_and_the_command_it_prints_goes_on_to_the_end) {
  const std::int64_t cap = whole_need(Capped::usd) * 2 / 5;
  Lab lab(quiet_teacher());
  const std::string data = lab.write("data.jsonl", generated_rows(rows, 3));
  const std::string config =
      lab.write("c.yaml", lab.config(data, "run", budget_of(Capped::usd, cap)));
  const Lab::Ended capped = lab.assay({"score", "-c", config, "-q"});
  BOOST_TEST(capped.exit_code == 4, capped.err);
  BOOST_TEST(static_cast<double>(billed(lab, Capped::usd)) >= 0.95 * static_cast<double>(cap));
  BOOST_TEST(billed(lab, Capped::usd) <= cap);

  const auto command = command_after(capped.err, "Go on ");
  BOOST_TEST((std::ranges::find(command, "--max-cost") != command.end()));
  const Lab::Ended whole = lab.assay(command);
  BOOST_TEST(whole.exit_code == 0, whole.err);
  BOOST_TEST(lab.read("run/results.jsonl").find("not_attempted") == std::string::npos);
  // A clean end leaves nothing unknown, and nothing is paid for twice.
  BOOST_TEST(billed(lab, Capped::usd) == stated(lab, Capped::usd, "spent"));
  BOOST_TEST(stated(lab, Capped::usd, "unknown") == 0);
}

BOOST_AUTO_TEST_CASE(a_policy_stops_at_its_own_cap_and_the_others_go_on) {
  Lab lab(quiet_teacher());
  const std::string data = lab.write("data.jsonl", generated_rows(100, 3));
  std::string config = lab.config(data, "run");
  const std::string name = "{name: warm, ";
  config.insert(config.find(name) + name.size(), "budget: {requests: 30}, ");
  const Lab::Ended run = lab.assay({"score", "-c", lab.write("c.yaml", config), "-q"});
  BOOST_TEST(run.exit_code == 4, run.err);
  BOOST_TEST(run.err.find("set budget.requests of policy warm to ") != std::string::npos, run.err);
  BOOST_TEST(billed(lab, Capped::requests) == 230);
  const Lab::Ended audit = lab.assay({"audit", lab.path("run").string()});
  BOOST_TEST(audit.exit_code == 0, audit.out);
  BOOST_TEST(audit.out.find("policy warm") != std::string::npos, audit.out);
}

BOOST_AUTO_TEST_CASE(at_the_time_limit_it_saves_and_the_same_command_goes_on) {
  teacher::ServerOptions slow = quiet_teacher();
  slow.latency = teacher::parse_latency("400ms").value();
  Lab lab(slow);
  const std::string data = lab.write("data.jsonl", generated_rows(100, 3));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  const Lab::Ended limited = lab.assay({"score", "-c", config, "-q", "--max-duration", "1s"});
  BOOST_TEST(limited.exit_code == 5, limited.err);
  const Lab::Ended more = lab.assay(command_after(limited.err, "Go on "));
  BOOST_TEST((more.exit_code == 0 || more.exit_code == 5), more.err);
  BOOST_TEST(lab.server().counters().requests <= 300u);
}

BOOST_AUTO_TEST_CASE(a_plan_sends_nothing_makes_nothing_and_names_the_command) {
  Lab lab(quiet_teacher());
  const std::string data = lab.write("data.jsonl", generated_rows(100, 3));
  const std::string config =
      lab.write("c.yaml", lab.config(data, "run", budget_of(Capped::usd, 1'000'000)));
  const Lab::Ended plan = lab.assay({"plan", "-c", config});
  BOOST_TEST(plan.exit_code == 0, plan.err);
  BOOST_TEST(plan.out.starts_with("Nothing was sent.\n"), plan.out);
  BOOST_TEST(plan.out.find("300 items") != std::string::npos, plan.out);
  BOOST_TEST(plan.out.find("then the run takes what is in flight, saves, and exits with 4") !=
                 std::string::npos,
             plan.out);
  BOOST_TEST(lab.server().counters().requests == 0u);
  BOOST_TEST(!std::filesystem::exists(lab.path("run")));
  const Lab::Ended run = lab.assay(command_after(plan.out, "Beyond "));
  BOOST_TEST(run.exit_code == 0, run.err);
}

BOOST_AUTO_TEST_CASE(a_plan_s_bound_is_never_below_what_is_billed) {
  Lab lab(quiet_teacher());
  const std::string data = lab.write("data.jsonl", generated_rows(200, 3));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  simdjson::dom::parser parser;
  const Lab::Ended before = lab.assay({"plan", "-c", config, "--json"});
  BOOST_REQUIRE_MESSAGE(before.exit_code == 0, before.err);
  const auto bound = std::int64_t{parser.parse(before.out)["cost_nanousd"]["bound"]};
  const Lab::Ended part = lab.assay({"score", "-c", config, "-q", "--max-requests", "300"});
  BOOST_TEST(part.exit_code == 4, part.err);
  const std::int64_t half = billed(lab, Capped::usd);

  const Lab::Ended after = lab.assay({"plan", "-c", config, "--json"});
  BOOST_REQUIRE_MESSAGE(after.exit_code == 0, after.err);
  const simdjson::dom::element rest = parser.parse(after.out);
  BOOST_TEST(std::int64_t{rest["done"]} == 300);
  BOOST_TEST(std::string_view{rest["tokens_from"]} == "answers");
  const auto low = std::int64_t{rest["cost_nanousd"]["low"]};
  const auto high = std::int64_t{rest["cost_nanousd"]["high"]};
  BOOST_REQUIRE(lab.assay({"score", "-c", config, "-q"}).exit_code == 0);
  BOOST_TEST(billed(lab, Capped::usd) <= bound);
  BOOST_TEST(billed(lab, Capped::usd) - half >= low);
  BOOST_TEST(billed(lab, Capped::usd) - half <= high);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
