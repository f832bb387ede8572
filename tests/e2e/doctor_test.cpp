// Issue 4, parts 6 to 8: the doctor finds every lie of the teacher by the property named after it,
// and nothing wrong with an honest one.

#include "doctor/capability.hpp"
#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

namespace assay::test {
namespace {

teacher::ServerOptions lying(std::string_view rule, std::string_view latency = "") {
  teacher::ServerOptions options;
  options.faults.rules.push_back(teacher::parse_fault_rule(rule).value());
  if (!latency.empty()) options.latency = teacher::parse_latency(latency).value();
  options.limits.requests_per_minute = 1'000'000;
  return options;
}

struct Verdicts {
  Lab::Ended ended;
  doctor::Capability capability;

  [[nodiscard]] doctor::Verdict of(std::string_view property) const {
    for (const auto& line : capability.lines) {
      if (line.property == property) return line.verdict;
    }
    BOOST_FAIL("no property " << property);
    return doctor::Verdict::inconclusive;
  }
  [[nodiscard]] std::string failed() const {
    std::string names;
    for (const auto& line : capability.lines) {
      if (line.verdict == doctor::Verdict::fail) names += " " + line.property;
    }
    return names;
  }
};

Lab::Ended ask_doctor(Lab& lab, const std::vector<std::string>& more, const char* served) {
  std::vector<std::string> arguments{"doctor",
                                     "--base-url",
                                     lab.server().base_url(served),
                                     "--ca-file",
                                     lab.server().ca_file().string(),
                                     "--api-key-env",
                                     "ASSAY_LAB_KEY",
                                     "--model",
                                     "teacher-base",
                                     "--yes",
                                     "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return lab.assay(arguments, {{"XDG_STATE_HOME", lab.path("state").string()}});
}

Verdicts examine(Lab& lab,
                 const std::vector<std::string>& more = {},
                 const char* served = "openai") {
  Lab::Ended ended = ask_doctor(lab, more, served);
  auto capability = doctor::parse_capability(ended.out);
  BOOST_REQUIRE_MESSAGE(capability.has_value(), ended.err);
  return {std::move(ended), std::move(*capability)};
}

// A lie, and the property that must name it.
struct Lie {
  const char* rule;
  const char* property;
  const char* latency = "";
  std::vector<std::string> more = {};
};

const std::vector<Lie> lies{
    {"nan-logprob:1:always", "values"},
    {"infinite-logprob:1:always", "values"},
    {"null-logprob:1:always", "values"},
    {"positive-logprob:1:always", "values"},
    {"sentinel-logprob:1:always", "values"},
    {"string-logprob:1:always", "values"},
    {"null-logprobs:1:always", "values"},
    {"floored-logprobs=5:1:always", "values"},
    {"missing-logprobs:1:always", "values"},
    {"zero-logprobs:1:always", "normalisation"},
    {"constant-logprobs=1:1:always", "normalisation"},
    {"shifted-logprobs:1:always", "additivity"},
    {"temperature-scaling:1:always", "sampling"},
    {"top-p-scaling:1:always", "sampling"},
    {"noise=0.02:1:always", "noise"},
    {"growing-noise=0.002:1:always", "noise"},
    {"drift=60:1:always", "concurrency"},
    {"prefix-cache:1:always", "order"},
    {"batch-dependence:1:always", "batching"},
    {"concurrency-dependence:1:always", "concurrency", "5ms"},
    {"suffix-dependence:1:always", "suffix"},
    {"top-k-dependence:1:always", "shape"},
    {"max-tokens-dependence:1:always", "shape"},
    {"top-mass:1:always", "top_k"},
    {"top-mismatch:1:always", "top_k"},
    {"greedy-mismatch:1:always", "greedy"},
    {"short-logprobs:1:always", "echo"},
    {"generated-only:1:always", "echo"},
    {"echo-mismatch:1:always", "echo"},
    {"truncated-echo:1:always", "echo"},
    {"no-echo:1:always", "echo"},
    {"truncate-left=1000:1:always", "truncation"},
    {"truncate-right=1000:1:always", "truncation"},
    {"double-bos:1:always", "template"},
    {"special-text:1:always", "text"},
    {"crlf-normalised:1:always", "text"},
    {"leading-space-stripped:1:always", "text"},
    {"straddling-tokens:1:always", "usage"},
    {"short-offsets:1:always", "echo"},
    {"wrong-offsets:1:always", "echo"},
    {"byte-offsets:1:always", "echo"},
    {"wrong-model:1:always", "model"},
    {"other-weights:1:always", "clone", "", {"--clone", "teacher-clone"}},
    {"wrong-index:1:always", "echo"},
    {"no-choices:1:always", "echo"},
    {"duplicate-choices:1:always", "echo"},
    {"copied-choices:1:always", "batching"},
    {"swapped-choices:1:always", "batching"},
    {"zero-usage:1:always", "usage"},
    {"negative-usage:1:always", "usage"},
    {"wrong-usage:1:always", "usage"},
    {"over-usage:1:always", "usage"},
    {"absurd-usage:1:always", "usage"},
};

// The README's table: lies down, verdicts across. Written where ASSAY_DOCTOR_TABLE says.
class Table {
 public:
  void add(std::string_view rule, const Verdicts& verdicts) {
    if (text_.empty()) add_head(verdicts);
    text_ += fmt::format("    {:<24}", rule.substr(0, rule.find_first_of(":=")));
    for (const auto& line : verdicts.capability.lines)
      text_ += fmt::format("{:>3}", mark(line.verdict));
    text_ += '\n';
  }
  ~Table() {
    if (const char* path = std::getenv("ASSAY_DOCTOR_TABLE")) std::ofstream(path) << text_;
  }

 private:
  void add_head(const Verdicts& verdicts) {
    std::string numbers = fmt::format("    {:<24}", "");
    std::size_t number = 0;
    for (const auto& line : verdicts.capability.lines) {
      text_ += fmt::format("{}{} {}", number == 0 ? "" : ", ", number + 1, line.property);
      numbers += fmt::format("{:>3}", ++number);
    }
    text_ += ".\n\n" + numbers + '\n';
  }
  static char mark(assay::doctor::Verdict verdict) {
    switch (verdict) {
      case assay::doctor::Verdict::pass:
        return '+';
      case assay::doctor::Verdict::fail:
        return 'F';
      case assay::doctor::Verdict::not_applicable:
        return '-';
      case assay::doctor::Verdict::inconclusive:
        break;
    }
    return '?';
  }
  std::string text_;
};

BOOST_AUTO_TEST_SUITE(doctor)

BOOST_AUTO_TEST_CASE(an_honest_endpoint_has_every_property) {
  teacher::ServerOptions options;
  options.limits.requests_per_minute = 1'000'000;
  Lab lab(std::move(options));

  const Verdicts verdicts = examine(lab, {"--clone", "teacher-clone", "--context", "16384"});

  BOOST_TEST(verdicts.ended.exit_code == 0, verdicts.ended.err);
  for (const auto& line : verdicts.capability.lines) {
    BOOST_TEST((line.verdict == assay::doctor::Verdict::pass),
               line.property << ": " << line.evidence);
  }
}

// What a dialect cannot be asked is not held against it; nothing fails.
BOOST_AUTO_TEST_CASE(each_dialect_that_scores_is_honest_when_its_server_is) {
  for (const char* dialect :
       {"fireworks", "together", "vllm", "sglang", "tgi", "llama-cpp-python"}) {
    teacher::ServerOptions options;
    options.limits.requests_per_minute = 1'000'000;
    Lab lab(std::move(options));
    const Verdicts verdicts = examine(lab, {"--dialect", dialect}, dialect);
    BOOST_TEST(verdicts.ended.exit_code == 0, dialect << ":" << verdicts.failed());
    for (const char* property : {"echo", "additivity", "normalisation", "suffix"}) {
      BOOST_TEST((verdicts.of(property) == assay::doctor::Verdict::pass),
                 dialect << ' ' << property);
    }
  }
}

BOOST_AUTO_TEST_CASE(each_lie_is_found_by_the_property_named_after_it) {
  Table table;
  {
    teacher::ServerOptions honest;
    honest.limits.requests_per_minute = 1'000'000;
    Lab lab(std::move(honest));
    table.add("honest", examine(lab, {"--clone", "teacher-clone"}));
  }
  for (const Lie& lie : lies) {
    Lab lab(lying(lie.rule, lie.latency));
    const Verdicts verdicts = examine(lab, lie.more);
    table.add(lie.rule, verdicts);
    BOOST_TEST(verdicts.ended.exit_code == 8, lie.rule);
    BOOST_TEST((verdicts.of(lie.property) == assay::doctor::Verdict::fail),
               lie.rule << ": " << lie.property << " holds; these fail:" << verdicts.failed());
  }
}

// Nothing that is used is touched: offsets that say nothing, no bill, choices out of order.
BOOST_AUTO_TEST_CASE(what_changes_no_value_is_no_lie) {
  for (const char* rule : {"negative-offsets:1:always",
                           "no-usage:1:always",
                           "null-usage:1:always",
                           "unordered-choices:1:always"}) {
    Lab lab(lying(rule));
    const Verdicts verdicts = examine(lab);
    BOOST_TEST(verdicts.ended.exit_code == 0, rule << ":" << verdicts.failed());
  }
}

BOOST_AUTO_TEST_CASE(forced_steps_cannot_be_examined) {
  Lab lab;
  const Lab::Ended ended =
      ask_doctor(lab, {"--dialect", "llamacpp", "--method", "forced"}, "llama.cpp");
  BOOST_TEST(ended.exit_code == 2, ended.err);
  BOOST_TEST(ended.err.find("forced steps") != std::string::npos, ended.err);
  BOOST_TEST(ended.err.find("--unverified") != std::string::npos, ended.err);
}

BOOST_AUTO_TEST_CASE(the_cost_is_stated_first_and_somebody_must_agree) {
  Lab lab;
  const Lab::Ended ended = lab.assay(
      {"doctor", "-c", lab.write("c.yaml", lab.config("none.jsonl", "run")), "--policy", "base"});
  BOOST_TEST(ended.exit_code == 2);
  BOOST_TEST(ended.err.find("requests") != std::string::npos, ended.err);
  BOOST_TEST(ended.err.find("at most $0.0") != std::string::npos, ended.err);
  BOOST_TEST(ended.err.find("--yes") != std::string::npos, ended.err);
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_budget_too_small_for_it_is_refused_before_anything_is_sent) {
  Lab lab;
  const std::string config =
      lab.write("c.yaml", lab.config("none.jsonl", "run", "budget: {requests: 100}\n"));
  const Lab::Ended ended = lab.assay({"doctor", "-c", config, "--yes"});
  BOOST_TEST(ended.exit_code == 2);
  BOOST_TEST(ended.err.find("budget.requests") != std::string::npos, ended.err);
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_an_error_and_no_diagnosis) {
  Lab lab;
  const Lab::Ended ended =
      lab.assay({"doctor", "-c", lab.write("c.yaml", lab.config("none.jsonl", "run")), "--yes"},
                {{"ASSAY_LAB_KEY", "sk-wrong-1234567"}});
  BOOST_TEST(ended.exit_code == 6, ended.err);
  BOOST_TEST(ended.err.find("auth") != std::string::npos, ended.err);
  BOOST_TEST(ended.out.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
