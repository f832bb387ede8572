// Issue 3: an endpoint stands in for another one only after it measured as that one does; one that
// serves another model is refused by name, and its numbers are nowhere.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace assay::test {
namespace {

constexpr std::size_t rows = 400;

teacher::ServerOptions narrow_teacher() {
  teacher::ServerOptions options;
  options.latency = teacher::parse_latency("20ms").value();
  options.limits.concurrency = 8;
  return options;
}

// One policy over two providers, said to serve the same weights.
std::string config_of(Lab& lab, const teacher::Server& other, const std::string& run) {
  const auto endpoint = [](const char* name, const teacher::Server& server) {
    return fmt::format(R"(  - name: {}
    base_url: {}
    api_key_env: ASSAY_LAB_KEY
    ca_file: {}
    limits: {{concurrency: 8}}
)",
                       name,
                       server.base_url(),
                       server.ca_file().string());
  };
  return fmt::format(R"(run: {{dir: {}, seed: 1, loops: 1, max_failure_rate: 1, unverified: true}}
data: {{path: {}}}
endpoints:
{}{}policies:
  - {{name: base, model: teacher-base, weights: teacher-base, endpoints: [first, second]}}
)",
                     lab.path(run).string(),
                     lab.path("data.jsonl").string(),
                     endpoint("first", lab.server()),
                     endpoint("second", other));
}

std::unique_ptr<teacher::Server> second_provider(const Lab& lab, teacher::ModelSettings model) {
  teacher::ServerOptions options = narrow_teacher();
  options.state_dir = lab.path("second");
  options.keys = {Secret{lab_key}};
  options.models = {std::move(model)};
  auto server = teacher::Server::start(std::move(options));
  BOOST_REQUIRE(server.has_value());
  return std::move(*server);
}

std::ptrdiff_t rows_of(const Lab& lab, const std::string& endpoint) {
  const auto lines = lines_of(lab.read("run/results.jsonl"));
  return std::ranges::count_if(lines, [&](const std::string& line) {
    return line.find(fmt::format(R"("endpoint":"{}")", endpoint)) != std::string::npos;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failover)

BOOST_AUTO_TEST_CASE(two_alike_share_the_load_and_agree_with_one_alone) {
  Lab lab(narrow_teacher());
  lab.write("data.jsonl", generated_rows(rows, 5));
  const auto other = second_provider(lab, {.name = "teacher-base"});
  const std::string config = lab.write("c.yaml", config_of(lab, *other, "run"));
  const Lab::Ended both = lab.assay({"score", "-c", config, "-q"});
  BOOST_TEST(both.exit_code == 0, both.err);
  BOOST_TEST(both.err.find("Failover   policy 'base': endpoint 'second' stands in for 'first': "
                           "8 items agree to 0 nats") != std::string::npos,
             both.err);
  BOOST_TEST(rows_of(lab, "first") >= 100);
  BOOST_TEST(rows_of(lab, "second") >= 100);
  BOOST_TEST(lab.server().counters().answered + other->counters().answered == rows + 8);

  const std::string alone = config_of(lab, lab.server(), "alone");
  const Lab::Ended one = lab.assay({"score", "-c", lab.write("alone.yaml", alone), "-q"});
  BOOST_TEST(one.exit_code == 0, one.err);
  const auto without_endpoints = [](std::string text) {
    for (const char* name : {"first", "second"}) {
      const std::string field = fmt::format(R"("endpoint":"{}")", name);
      for (auto at = text.find(field); at != std::string::npos; at = text.find(field)) {
        text.erase(at, field.size());
      }
    }
    return comparable(text);
  };
  BOOST_TEST(without_endpoints(lab.read("run/results.jsonl")) ==
             without_endpoints(lab.read("alone/results.jsonl")));
}

BOOST_AUTO_TEST_CASE(another_model_is_refused_by_name_and_measures_nothing) {
  Lab lab(narrow_teacher());
  lab.write("data.jsonl", generated_rows(rows, 5));
  const auto other = second_provider(lab, {.name = "teacher-base", .temperature = 1.04});
  const std::string config = lab.write("c.yaml", config_of(lab, *other, "run"));
  const Lab::Ended run = lab.assay({"score", "-c", config, "-q"});
  BOOST_TEST(run.exit_code == 0, run.err);
  BOOST_TEST(run.err.find("policy 'base': endpoint 'second' is refused as a stand-in for 'first': "
                          "the worst of 8 items differs by ") != std::string::npos,
             run.err);
  BOOST_TEST(rows_of(lab, "first") == static_cast<std::ptrdiff_t>(rows));
  BOOST_TEST(rows_of(lab, "second") == 0);
  BOOST_TEST(lab.read("run/summary.json").find("is refused as a stand-in") != std::string::npos);
  const Lab::Ended audit = lab.assay({"audit", lab.path("run").string()});
  BOOST_TEST(audit.exit_code == 0, audit.out);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::test
