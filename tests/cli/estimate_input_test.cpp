#include "cli/estimate_input.hpp"

#include "support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>
#include <string_view>

namespace assay::cli {
namespace {

BOOST_AUTO_TEST_SUITE(estimate_input)

std::string logged(std::string_view id) {
  return R"({"prompt_id":")" + std::string(id) +
         R"(","prompt":"q","response":"a","base_policy_logprob":-2.0,)"
         R"("target_policy_logprobs":{"target":-3.0},"judge_score":0.5})"
         "\n";
}

std::string drawn(std::string_view id) {
  return R"({"prompt_id":")" + std::string(id) +
         R"(","prompt":"q","response":"b","judge_score":0.7,"draw_idx":0})"
         "\n";
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::string error_of(const std::filesystem::path& source) {
  const auto input = read_estimate_input({.source = source});
  return input ? std::string() : input.error().detail;
}

BOOST_AUTO_TEST_CASE(draws_and_probes_beside_the_data_are_found_and_joined) {
  const test::TempDirectory folder;
  write(folder.path() / "logged_data.jsonl", logged("a") + logged("b"));
  write(folder.path() / "fresh_draws" / "target_responses.jsonl", drawn("b") + drawn("a"));
  write(folder.path() / "probe_slice" / "target_probe.jsonl", drawn("a"));
  const auto input = read_estimate_input({.source = folder.path()});
  BOOST_TEST_REQUIRE(input.has_value());
  BOOST_TEST(input->matrix.prompts.size() == 2u);
  BOOST_TEST(input->matrix.fresh_of("target")->responses.prompt.at(0) == 1u);
  BOOST_TEST(input->matrix.probe_of("target")->responses.prompt.at(0) == 0u);
  BOOST_TEST(input->context.announcements.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_prompt_logged_twice_is_refused_by_file_and_row) {
  const test::TempDirectory folder;
  write(folder.path() / "logged_data.jsonl", logged("a") + logged("b") + logged("a"));
  const std::string error = error_of(folder.path());
  BOOST_TEST(error.find("logged_data.jsonl: prompt 'a', draw 0 is there twice (rows 1 and 3)") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_draw_given_twice_is_refused) {
  const test::TempDirectory folder;
  write(folder.path() / "logged_data.jsonl", logged("a"));
  write(folder.path() / "fresh_draws" / "target_responses.jsonl", drawn("a") + drawn("a"));
  BOOST_TEST(error_of(folder.path()).find("target_responses.jsonl: prompt 'a', draw 0") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_log_probability_above_zero_is_a_bad_row) {
  const test::TempDirectory folder;
  std::string row = logged("a");
  row.replace(row.find("-3.0"), 4, "0.31");
  write(folder.path() / "logged_data.jsonl", row);
  BOOST_TEST(error_of(folder.path()).find("1 row cannot be used") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_infinite_log_probability_is_a_bad_row) {
  const test::TempDirectory folder;
  std::string row = logged("a");
  row.replace(row.find("-3.0"), 4, "-1e999");
  write(folder.path() / "logged_data.jsonl", row);
  BOOST_TEST(!error_of(folder.path()).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::cli
