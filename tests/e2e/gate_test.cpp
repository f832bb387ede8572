// Issue 4, part 6: `score` demands the doctor's certificate, or says everywhere that it has none.

#include "doctor/capability.hpp"
#include "e2e/lab.hpp"
#include "teacher/language.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace assay::test {
namespace {

// A run whose configuration does not say `unverified`.
std::string demanding_config(Lab& lab, std::size_t rows) {
  const std::string data = lab.write("data.jsonl", generated_rows(rows, 1));
  std::string text = lab.config(data, "run");
  const std::size_t at = text.find(", unverified: true");
  BOOST_REQUIRE(at != std::string::npos);
  return lab.write("c.yaml", text.erase(at, std::string(", unverified: true").size()));
}

std::map<std::string, std::string> state_of(Lab& lab) {
  return {{"XDG_STATE_HOME", lab.path("state").string()}};
}

bool says(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(gate)

BOOST_AUTO_TEST_CASE(without_a_certificate_nothing_is_sent) {
  Lab lab;
  const Lab::Ended ended =
      lab.assay({"score", "-c", demanding_config(lab, 5), "-q"}, state_of(lab));
  BOOST_TEST(ended.exit_code == 8);
  BOOST_TEST(says(ended.err, "policy 'terse' at endpoint 'local'"), ended.err);
  BOOST_TEST(says(ended.err, "assay doctor"), ended.err);
  BOOST_TEST(says(ended.err, "--unverified"), ended.err);
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(what_replicates_lack_is_said_once) {
  Lab lab;
  static_cast<void>(demanding_config(lab, 5));
  std::string config = lab.read("c.yaml");
  const std::string named = "- {name: base,";
  config.insert(config.find(named) + named.size(), " replicates: 3,");
  const Lab::Ended ended =
      lab.assay({"score", "-c", lab.write("c.yaml", config), "-q"}, state_of(lab));
  BOOST_TEST(ended.exit_code == 8);
  std::size_t said = 0;
  for (const std::string& line : lines_of(ended.err)) said += says(line, "policy 'base") ? 1U : 0U;
  BOOST_TEST(said == 1u, ended.err);
}

// Nobody can examine them, so nothing stands in for --unverified.
BOOST_AUTO_TEST_CASE(forced_steps_are_no_way_round_it) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(2, 1));
  std::vector<std::string> score{"score",
                                 "-i",
                                 data,
                                 "-o",
                                 lab.path("run").string(),
                                 "--base-url",
                                 lab.server().base_url("llama.cpp"),
                                 "--dialect",
                                 "llamacpp",
                                 "--method",
                                 "forced",
                                 "--ca-file",
                                 lab.server().ca_file().string(),
                                 "--api-key-env",
                                 "ASSAY_LAB_KEY",
                                 "--model",
                                 "teacher-base",
                                 "-q"};
  const Lab::Ended ended = lab.assay(score, state_of(lab));
  BOOST_TEST(ended.exit_code == 8, ended.err);
  BOOST_TEST(says(ended.err, "the doctor cannot examine forced steps"), ended.err);
  BOOST_TEST(lab.server().counters().requests == 0u);
  score.emplace_back("--unverified");
  BOOST_TEST(lab.assay(score, state_of(lab)).exit_code != 8);
}

BOOST_AUTO_TEST_CASE(with_the_doctors_certificate_it_scores_and_says_so) {
  Lab lab;
  const std::string config = demanding_config(lab, 5);
  const Lab::Ended examined = lab.assay({"doctor", "-c", config, "--yes"}, state_of(lab));
  BOOST_TEST(examined.exit_code == 0, examined.out + examined.err);
  const Lab::Ended ended = lab.assay({"score", "-c", config, "-q"}, state_of(lab));
  BOOST_TEST(ended.exit_code == 0, ended.err);
  BOOST_TEST(says(lab.read("run/summary.json"), R"("unverified":false)"));
  BOOST_TEST(says(lab.read("run/run.json"), R"("verification":"certified")"));
  BOOST_TEST(!says(ended.err, "nverified"), ended.err);
}

BOOST_AUTO_TEST_CASE(a_failed_property_is_named_and_nothing_is_scored) {
  teacher::ServerOptions options;
  options.faults.rules.push_back(teacher::parse_fault_rule("wrong-model:1:always").value());
  Lab lab(std::move(options));
  const std::string config = demanding_config(lab, 5);
  BOOST_TEST(lab.assay({"doctor", "-c", config, "--yes"}, state_of(lab)).exit_code == 8);
  const Lab::Ended ended = lab.assay({"score", "-c", config, "-q"}, state_of(lab));
  BOOST_TEST(ended.exit_code == 8);
  BOOST_TEST(says(ended.err, "does not hold: model ("), ended.err);
}

BOOST_AUTO_TEST_CASE(an_answer_from_what_nobody_examined_ends_the_run) {
  Lab lab;
  const std::string config = demanding_config(lab, 50);
  BOOST_TEST(lab.assay({"doctor", "-c", config, "--yes"}, state_of(lab)).exit_code == 0);
  teacher::ServerOptions changed;
  changed.models = teacher::default_models();
  for (auto& model : changed.models) model.temperature *= 1.1;
  lab.replace_server(std::move(changed));

  const Lab::Ended ended = lab.assay({"score", "-c", config, "-q"}, state_of(lab));

  BOOST_TEST(ended.exit_code == 8, ended.err);
  BOOST_TEST(says(ended.err, "the certificate is for fp_"), ended.err);
  BOOST_TEST(says(ended.err, "ask `assay doctor` again"), ended.err);
  BOOST_TEST(!says(lab.read("run/results.jsonl"), R"("status":"ok")"));
}

BOOST_AUTO_TEST_CASE(one_unverified_start_marks_the_run_for_ever) {
  Lab lab;
  const std::string config = demanding_config(lab, 5);
  const Lab::Ended first = lab.assay({"score", "-c", config, "-q", "--unverified"}, state_of(lab));
  BOOST_TEST(first.exit_code == 0, first.err);
  BOOST_TEST(lab.assay({"doctor", "-c", config, "--yes"}, state_of(lab)).exit_code == 0);
  const Lab::Ended second = lab.assay({"score", "-c", config, "-q"}, state_of(lab));
  BOOST_TEST(second.exit_code == 0, second.err);
  BOOST_TEST(says(second.err, "\nUnverified "), second.err);
}

BOOST_AUTO_TEST_CASE(an_unverified_run_says_so_everywhere) {
  Lab lab;
  const std::string config = demanding_config(lab, 5);
  const Lab::Ended ended = lab.assay({"score", "-c", config, "-q", "--unverified"}, state_of(lab));
  BOOST_TEST(ended.exit_code == 0, ended.err);
  BOOST_TEST(says(ended.err, "note    unverified"), ended.err);
  BOOST_TEST(says(ended.err, "\nUnverified "), ended.err);
  BOOST_TEST(says(lab.read("run/summary.json"), R"("unverified":true)"));
  BOOST_TEST(says(lab.read("run/run.json"), R"("verification":"unverified")"));
}

BOOST_AUTO_TEST_CASE(a_certificate_in_a_file_of_its_own_serves) {
  Lab lab;
  const std::string config = demanding_config(lab, 3);
  std::vector<std::string> score{"score", "-c", config, "-q"};
  for (const char* policy : {"base", "warm", "terse"}) {
    const std::string file = lab.path(std::string(policy) + ".json").string();
    const Lab::Ended examined =
        lab.assay({"doctor", "-c", config, "--policy", policy, "--certificate", file, "--yes"},
                  state_of(lab));
    BOOST_TEST(examined.exit_code == 0, examined.out + examined.err);
    score.insert(score.end(), {"--certificate", file});
  }
  BOOST_TEST(!std::filesystem::exists(lab.path("state")));
  BOOST_TEST(lab.assay(score, state_of(lab)).exit_code == 0);
}

// Other words under the same name are another template.
BOOST_AUTO_TEST_CASE(a_template_of_ones_own_is_held_by_its_words) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(2, 1));
  const auto config_with = [&](const std::string& opening) {
    std::string text = lab.config(
        data,
        "run",
        "templates:\n  - {name: mine, user_prefix: \"Q: \", opening: \"" + opening + "\"}\n");
    text.erase(text.find(", unverified: true"), std::string(", unverified: true").size());
    text.insert(text.find("logging_policy:"),
                "  - {name: own, model: teacher-base, weights: teacher-base, endpoints: [local], "
                "template: mine}\n");
    return lab.write("c.yaml", text);
  };
  const std::string first = config_with("\\nA:");
  const Lab::Ended examined = lab.assay({"doctor", "-c", first, "--yes"}, state_of(lab));
  BOOST_TEST(examined.exit_code == 0, examined.out + examined.err);
  const Lab::Ended scored = lab.assay({"score", "-c", first, "-q"}, state_of(lab));
  BOOST_TEST(scored.exit_code == 0, scored.err);

  const Lab::Ended other =
      lab.assay({"score", "-c", config_with("\\nAnswer:"), "-q", "-o", lab.path("other").string()},
                state_of(lab));
  BOOST_TEST(other.exit_code == 8, other.err);
  BOOST_TEST(says(other.err, "policy 'own' at endpoint 'local'"), other.err);
  BOOST_TEST(!says(other.err, "policy 'base'"), other.err);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
