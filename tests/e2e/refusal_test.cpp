// Issue 2: each thing that can be wrong with config, data, key, certificate or disk gives one clear
// message, the right exit code, and loses nothing.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <fcntl.h>

namespace assay::test {
namespace {

// Names, in the message, of what a person needs to mend it.
void check_refused(const Lab::Ended& ended,
                   int exit_code,
                   std::initializer_list<const char*> words) {
  BOOST_TEST(ended.exit_code == exit_code, ended.err);
  for (const char* word : words) {
    BOOST_TEST(ended.err.find(word) != std::string::npos, "no '" << word << "' in: " << ended.err);
  }
  BOOST_TEST(ended.err.find(lab_key) == std::string::npos, "the key is shown");
}

teacher::ServerOptions with_certificate(teacher::CertificateKind kind) {
  teacher::ServerOptions options;
  options.certificate = kind;
  return options;
}

Lab::Ended score_rows(Lab& lab, std::size_t rows, const std::string& extra = {}) {
  const std::string data = lab.write("data.jsonl", generated_rows(rows, 1));
  return lab.assay({"score", "-c", lab.write("c.yaml", lab.config(data, "run", extra)), "-q"});
}

BOOST_AUTO_TEST_SUITE(refusal)

BOOST_AUTO_TEST_CASE(an_unknown_key_in_the_config_names_file_line_and_nearest_key) {
  Lab lab;
  const std::string config = lab.write("c.yaml", "run: {dir: x, sead: 1}\n");
  check_refused(lab.assay({"score", "-c", config}), 2, {"c.yaml:1:", "sead", "seed"});
}

BOOST_AUTO_TEST_CASE(a_missing_config_is_named) {
  Lab lab;
  check_refused(lab.assay({"score", "-c", "no-such.yaml"}), 2, {"no-such.yaml"});
}

BOOST_AUTO_TEST_CASE(a_missing_data_file_is_named) {
  Lab lab;
  const std::string config =
      lab.write("c.yaml", lab.config(lab.path("none.jsonl").string(), "run"));
  check_refused(lab.assay({"score", "-c", config}), 10, {"none.jsonl"});
}

BOOST_AUTO_TEST_CASE(a_bad_row_is_named_with_its_line_and_nothing_is_sent) {
  Lab lab;
  const std::string data = lab.write("data.jsonl",
                                     R"({"id":"a","prompt":"One ","response":"two."})"
                                     "\n"
                                     R"({"id":"b","prompt":"Three "})"
                                     "\n");
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  check_refused(lab.assay({"score", "-c", config}), 10, {"data.jsonl:2", "response"});
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_stops_the_run_and_is_not_shown) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(200, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  const Lab::Ended ended =
      lab.assay({"score", "-c", config, "-q"}, {{"ASSAY_LAB_KEY", "sk-wrong-1234567"}});
  check_refused(ended, 6, {"auth"});
  BOOST_TEST(ended.err.find("sk-wrong") == std::string::npos);
  BOOST_TEST(lab.server().counters().requests < 200u);  // not every row is asked in vain
}

BOOST_AUTO_TEST_CASE(an_unset_key_names_the_variable) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(1, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  check_refused(lab.assay({"score", "-c", config}, {{"ASSAY_LAB_KEY", ""}}), 2, {"ASSAY_LAB_KEY"});
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_refused_before_any_request) {
  Lab lab(with_certificate(teacher::CertificateKind::expired));
  check_refused(score_rows(lab, 20), 6, {"certificate", "expired"});
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_refused_before_any_request) {
  Lab lab(with_certificate(teacher::CertificateKind::wrong_host));
  check_refused(score_rows(lab, 20), 6, {"certificate"});
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_an_unknown_authority_is_refused_before_any_request) {
  Lab lab(with_certificate(teacher::CertificateKind::self_signed));
  check_refused(score_rows(lab, 20), 6, {"certificate"});
  BOOST_TEST(lab.server().counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_busy_run_directory_names_the_process_that_holds_it) {
  teacher::ServerOptions slow;
  slow.latency = teacher::parse_latency("300ms").value();
  Lab lab(std::move(slow));
  const std::string data = lab.write("data.jsonl", generated_rows(2'000, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  cli::Child first = lab.start({"score", "-c", config, "-q"});
  while (lab.server().counters().requests == 0)
    BOOST_REQUIRE(!first.wait_for(std::chrono::milliseconds{5}));

  const Lab::Ended second = lab.assay({"score", "-c", config, "-q"});

  check_refused(second, 9, {fmt::format("{}", first.pid()).c_str()});
}

// A small file system of its own, in a mount namespace that ends with the shell: full at first,
// then enlarged.
constexpr const char* full_disk_script = R"(
mount -t tmpfs -o size=18m assay-test "$1" || exit 200
"$2" score -c "$3" -q 2>"$4"
echo $? >"$5"
mount -o remount,size=200m "$1"
"$2" score -c "$3" -q --resume 2>>"$4"
code=$?
cp "$1"/run/results.jsonl "$6"
exit $code)";

BOOST_AUTO_TEST_CASE(a_full_disk_stops_with_path_and_reason_and_the_run_goes_on_later) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(4'000, 1));
  const std::filesystem::path disk = lab.path("disk");
  std::filesystem::create_directory(disk);
  const std::string config = lab.write("c.yaml", lab.config(data, "disk/run"));
  cli::ChildOptions options;
  options.environment = {{"ASSAY_LAB_KEY", lab_key}};
  auto shell = cli::Child::start({"unshare",
                                  "-m",
                                  "sh",
                                  "-c",
                                  full_disk_script,
                                  "sh",
                                  disk.string(),
                                  ASSAY_BINARY,
                                  config,
                                  lab.path("err").string(),
                                  lab.path("first").string(),
                                  lab.path("results.jsonl").string()},
                                 options);
  BOOST_REQUIRE(shell.has_value());
  static_cast<void>(shell->read_all());
  const int resumed = shell->wait();
  if (!std::filesystem::exists(lab.path("first"))) {
    BOOST_TEST_MESSAGE("not run: no right to mount a file system here");
    return;
  }
  const std::string messages = lab.read("err");
  BOOST_TEST(lab.read("first") == "9\n", messages);
  BOOST_TEST(messages.find("No space left on device") != std::string::npos, messages);
  BOOST_TEST(messages.find("journal") != std::string::npos, messages);
  BOOST_TEST(resumed == 0, messages);
  BOOST_TEST(lines_of(lab.read("results.jsonl")).size() == 12'000u);
}

BOOST_AUTO_TEST_CASE(resume_without_a_run_is_refused) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(1, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  check_refused(lab.assay({"score", "-c", config, "--resume"}), 2, {"--resume"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
