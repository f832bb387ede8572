// Issue 2: killed with SIGKILL at random moments in a chain of resumes, a run ends in the same
// results, and the provider is asked again for no more than was sent and not yet written at each
// kill.

#include "core/rng.hpp"
#include "e2e/lab.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <chrono>
#include <csignal>
#include <set>
#include <thread>

namespace assay::test {
namespace {

constexpr int kills = 50;
constexpr std::uint64_t seed = 20261121;

teacher::ServerOptions faulty_teacher() {
  teacher::ServerOptions options;
  options.seed = 5;
  for (const char* rule :
       {"status-500:0.03:1", "reset-before-answer:0.02:1", "nan-logprob:0.003:always"}) {
    options.faults.rules.push_back(teacher::parse_fault_rule(rule).value());
  }
  return options;
}

// What the provider's ledger says: which texts it saw, and how many good answers it gave for a text
// that had one.
struct Seen {
  std::set<std::string> contents;
  std::set<std::string> answered;
  std::uint64_t repeated = 0;
};

Seen read_ledger(Lab& lab) {
  lab.server().flush_ledger();
  Seen seen;
  simdjson::dom::parser parser;
  for (const std::string& line : lines_of(lab.read("provider/ledger.jsonl"))) {
    const simdjson::dom::element entry = parser.parse(line);
    if (entry["content"].is_null()) continue;
    const std::string content = std::string(std::string_view{entry["content"]}) +
                                std::string(std::string_view{entry["model"]});
    seen.contents.insert(content);
    const bool good = std::int64_t{entry["status"]} == 200 && entry["fault"].is_null();
    if (good && !seen.answered.insert(content).second) ++seen.repeated;
  }
  return seen;
}

// Items that earlier sessions left settled in the journal.
std::uint64_t settled(const std::filesystem::path& run) {
  auto reader = journal::JournalReader::open(journal::posix_storage(), run);
  BOOST_REQUIRE(reader.has_value());
  std::set<ContentKey> keys;
  for (;;) {
    auto record = reader->next();
    BOOST_REQUIRE_MESSAGE(record.has_value(), (record ? std::string() : record.error().detail));
    if (*record == nullptr) return keys.size();
    if (const auto* score = std::get_if<journal::ScoreRecord>(*record)) keys.insert(score->key);
  }
}

// A killed client's last requests may still lie in the server's sockets: they are read, and billed,
// before the server sees the end.
void await_silence(Lab& lab) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (lab.server().counters().open > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  BOOST_REQUIRE(lab.server().counters().open == 0);
}

BOOST_AUTO_TEST_SUITE(kill)

BOOST_AUTO_TEST_CASE(a_chain_of_fifty_kills_ends_in_the_same_results) {
  const std::string rows = generated_rows(4'000, 3);
  Lab undisturbed(faulty_teacher());
  const std::string data = undisturbed.write("data.jsonl", rows);
  const Lab::Ended whole = undisturbed.assay(
      {"score", "-c", undisturbed.write("c.yaml", undisturbed.config(data, "run"))});
  BOOST_REQUIRE_MESSAGE(whole.exit_code == 0, whole.err);

  Lab lab(faulty_teacher());
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  std::uint64_t unwritten = 0;
  int killed = 0;
  while (killed < kills) {
    const std::uint64_t enough = lab.server().counters().requests + 1 + rng.below(400);
    cli::Child child = lab.start({"score", "-c", config, "-q"});
    std::optional<int> ended;
    while (!ended && lab.server().counters().requests < enough)
      ended = child.wait_for(std::chrono::milliseconds{1});
    if (ended) break;  // everything was done before the moment came
    child.signal(SIGKILL);
    static_cast<void>(child.wait());
    ++killed;
    await_silence(lab);
    unwritten += read_ledger(lab).contents.size() -
                 std::min(read_ledger(lab).contents.size(), settled(lab.path("run")));
  }
  const Lab::Ended last = lab.assay({"score", "-c", config, "--resume"});

  BOOST_REQUIRE_MESSAGE(last.exit_code == 0, last.err);
  BOOST_TEST(killed == kills);
  const auto expected = lines_of(comparable(undisturbed.read("run/results.jsonl")));
  const auto resumed = lines_of(comparable(lab.read("run/results.jsonl")));
  BOOST_REQUIRE(resumed.size() == expected.size());
  for (std::size_t line = 0; line < expected.size(); ++line)
    BOOST_REQUIRE_MESSAGE(resumed[line] == expected[line],
                          resumed[line] + "\nis not\n" + expected[line]);
  BOOST_TEST_MESSAGE("repeated " << read_ledger(lab).repeated << " of at most " << unwritten);
  BOOST_TEST(read_ledger(lab).repeated <= unwritten);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
