// Issue 6: the real program on recorded data that leave little to estimate, that cannot be true,
// and on the arena data.

#include "cli/child.hpp"
#include "e2e/lab.hpp"
#include "support/shared_data.hpp"
#include "support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <cctype>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace assay::test {
namespace {

using simdjson::dom::element;

struct Ended {
  int exit_code;
  std::string out;
  std::string err;
};

Ended estimate(const std::filesystem::path& source, std::vector<std::string> options = {}) {
  std::vector<std::string> argv{ASSAY_BINARY, "estimate", source.string(), "--bootstrap", "100"};
  argv.insert(argv.end(), options.begin(), options.end());
  auto child = cli::Child::start(argv, {.environment = {}, .err = cli::Output::capture});
  BOOST_REQUIRE(child.has_value());
  cli::Child::Text text = child->read_all();
  return {child->wait(), std::move(text.out), std::move(text.err)};
}

// One logged row, its numbers as they stand in the file.
struct Row {
  std::string id;
  std::string base = "-50.5";
  std::string target = "-50.0";
  std::string judge = "0.5";
  std::string label = "null";
};

std::string text_of(const Row& row) {
  return fmt::format(R"({{"prompt_id":"{}","prompt":"q","response":"text",)"
                     R"("base_policy_logprob":{},"target_policy_logprobs":{{"t":{}}},)"
                     R"("judge_score":{},"oracle_label":{}}})"
                     "\n",
                     row.id,
                     row.base,
                     row.target,
                     row.judge,
                     row.label);
}

class DataFile {
 public:
  DataFile(int rows, const std::function<void(int, Row&)>& edit) {
    std::ofstream out(path());
    for (int i = 0; i < rows; ++i) {
      Row row{.id = fmt::format("p{}", i),
              .target = fmt::format("-{}", 50 + 0.1 * (i % 5)),
              .judge = fmt::format("{}", (i % 10) / 10.0)};
      edit(i, row);
      out << text_of(row);
    }
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "logged.jsonl"; }

 private:
  TempDirectory folder_;
};

void check_error(const DataFile& data, std::initializer_list<const char*> words) {
  const Ended ended = estimate(data.path());
  BOOST_TEST(ended.exit_code == 10);
  BOOST_TEST(ended.out.empty(), ended.out);
  for (const char* word : words) {
    BOOST_TEST(ended.err.find(word) != std::string::npos, "no '" << word << "' in " << ended.err);
  }
}

// "nan" or "inf" as a word of its own.
bool names_no_number(const std::string& text) {
  auto is_letter = [&](std::size_t at) {
    return at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0;
  };
  for (const char* word : {"nan", "NaN", "inf"}) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      if (!is_letter(at + 3) && (at == 0 || !is_letter(at - 1))) return true;
    }
  }
  return false;
}

// The methods that give a number, as "snips label"; every form of the output is free of NaN.
std::vector<std::string> estimated(const DataFile& data) {
  std::vector<std::string> given;
  for (const char* form : {"--show-refused", "--csv", "--json"}) {
    const Ended ended = estimate(data.path(), {form});
    BOOST_TEST(ended.exit_code == 0, ended.err);
    BOOST_TEST(!names_no_number(ended.out), ended.out);
    if (std::string_view(form) != "--json") continue;
    simdjson::dom::parser parser;
    for (const element line : simdjson::dom::array(parser.parse(ended.out)["estimates"])) {
      BOOST_TEST((line["status"].get_string().value() != "ok") == line["estimate"].is_null());
      if (line["estimate"].is_null()) continue;
      given.push_back(std::string(line["method"].get_string().value()) + " " +
                      std::string(line["reward"].get_string().value()));
    }
  }
  return given;
}

const std::vector<std::string> none;

BOOST_AUTO_TEST_SUITE(estimate_command)

BOOST_AUTO_TEST_CASE(one_row_gives_no_number) {
  BOOST_TEST(estimated(DataFile(1, [](int, Row& row) { row.label = "1"; })) == none,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(labels_of_one_class_give_no_number_on_their_scale) {
  for (const std::string& given : estimated(DataFile(60, [](int, Row& row) { row.label = "1"; }))) {
    BOOST_TEST(given.find("judge") != std::string::npos, given);
  }
}

BOOST_AUTO_TEST_CASE(rows_without_log_probs_give_no_number) {
  const DataFile data(60, [](int i, Row& row) {
    row.base = row.target = "null";
    row.label = fmt::format("{}", i % 2);
  });
  BOOST_TEST(estimated(data) == none, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_labels_every_number_is_on_the_judges_scale) {
  const auto given = estimated(DataFile(60, [](int, Row&) {}));
  BOOST_TEST(!given.empty());
  for (const std::string& one : given) BOOST_TEST(one.find("judge") != std::string::npos, one);
}

BOOST_AUTO_TEST_CASE(a_constant_judge_gives_no_calibrated_number) {
  const DataFile data(60, [](int i, Row& row) {
    row.judge = "0.5";
    if (i % 3 != 0) row.label = fmt::format("{}", i % 2);
  });
  for (const std::string& given : estimated(data)) {
    BOOST_TEST(given.find("calibrated") == std::string::npos, given);
  }
  BOOST_TEST(estimate(data.path()).out.find("calibration is flat") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ties_everywhere_give_no_number) {
  const DataFile data(60, [](int, Row& row) {
    row.base = row.target = "-50";
    row.judge = row.label = "0.5";
  });
  BOOST_TEST(estimated(data) == none, boost::test_tools::per_element());
  BOOST_TEST(estimate(data.path()).out.find("all its values are equal") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ratios_beyond_the_range_of_numbers_give_no_number) {
  const DataFile data(60, [](int i, Row& row) {
    if (i == 3) row.base = "-1e300";
    row.label = fmt::format("{}", i % 2);
  });
  BOOST_TEST(estimated(data) == none, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_that_cannot_be_true_are_refused_by_file_and_line) {
  auto with_base = [](const char* base) {
    return DataFile(20, [base](int i, Row& row) {
      if (i == 7) row.base = base;
    });
  };
  check_error(with_base("3.0"), {"logged.jsonl:8", "base_policy_logprob", "above zero"});
  check_error(with_base("-Infinity"), {"logged.jsonl:8", "Infinity", "null"});
  check_error(with_base("NaN"), {"logged.jsonl:8", "NaN", "null"});
  check_error(with_base("-1e999"), {"logged.jsonl:8"});
  check_error(with_base("\"-inf\""), {"logged.jsonl:8", "base_policy_logprob"});
}

BOOST_AUTO_TEST_CASE(a_doubled_id_and_a_file_without_rows_are_refused) {
  check_error(DataFile(20, [](int i, Row& row) { row.id = fmt::format("p{}", i % 19); }),
              {"prompt 'p0'", "rows 1 and 20"});
  check_error(DataFile(0, [](int, Row&) {}), {"logged.jsonl", "no row"});
}

// The arena's far and adversarial policies.
BOOST_AUTO_TEST_CASE(the_arena_gets_numbers_only_where_the_evidence_carries_them) {
  const auto data = shared_data();
  if (!data) return;
  const Ended ended = estimate(*data / "arena", {"--json"});
  simdjson::dom::parser parser;
  const element report = parser.parse(ended.out);
  for (const element line : simdjson::dom::array(report["estimates"])) {
    const std::string_view method = line["method"].get_string().value();
    const bool is_far = line["policy"].get_string().value() != "clone";
    if (is_far && method != "difference" && method != "direct") {
      BOOST_TEST(line["estimate"].is_null(), simdjson::minify(line));
      BOOST_TEST(simdjson::dom::array(line["reasons"]).size() > 0u);
    }
  }
  for (const element pair : simdjson::dom::array(report["comparisons"])) {
    BOOST_TEST(pair["policy"].get_string().value() != "unhelpful");
    BOOST_TEST(pair["other"].get_string().value() != "unhelpful");
  }
  const element left = report["not_compared"].at(0);
  BOOST_TEST(left["policy"].get_string().value() == "unhelpful");
  for (const element one : simdjson::dom::array(report["recommendations"])) {
    BOOST_TEST(one["method"].get_string().value() == "difference");
  }
}

// The teacher says the same each time, so the noise is known: none.
BOOST_AUTO_TEST_CASE(rows_scored_again_tell_the_noise_of_the_provider) {
  Lab lab;
  std::string config = lab.config(lab.write("data.jsonl", generated_rows(12, 1)), "run");
  const std::string_view named = "name: base,";
  config.insert(config.find(named) + named.size(), " replicates: 3,");
  const Lab::Ended scored = lab.assay({"score", "-c", lab.write("c.yaml", config), "-q"});
  BOOST_TEST(scored.exit_code == 0, scored.err);
  const Lab::Ended ended = lab.assay({"estimate", lab.path("run").string(), "--json"});
  simdjson::dom::parser parser;
  const element report = parser.parse(ended.out);
  const element noise = report["policies"].at(0)["noise"];
  BOOST_TEST(noise["from"].get_string().value() == "replicates");
  BOOST_TEST(std::uint64_t(noise["n_rows"]) == 12u);
  BOOST_TEST(double(noise["log_ratio_variance"]) == 0);
  const element again = report["run"]["policies"].at(2);
  BOOST_TEST(again["policy"].get_string().value() == "base.r2");
  BOOST_TEST(std::uint64_t(again["attempts"]) == 12u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
