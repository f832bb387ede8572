#include "dataset/listing.hpp"

#include "support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sys/stat.h>

namespace assay::dataset {
namespace {

using Names = std::vector<std::string>;

void touch(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << "{}\n";
}

Names sources_of(const std::vector<DataFile>& files) {
  Names names;
  for (const DataFile& file : files) names.push_back(file.source);
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listing)

BOOST_AUTO_TEST_CASE(a_directory_is_logged_data_then_draws_by_name_then_log_probs) {
  const assay::test::TempDirectory temp;
  for (const char* name : {"fresh_draws/zeta_responses.jsonl",
                           "fresh_draws/alpha_fresh.jsonl",
                           "fresh_draws/mid.jsonl",
                           "fresh_draws/notes.txt",
                           "logged_data.jsonl",
                           "clone_logprobs.jsonl",
                           "probe_slice/clone_probe.jsonl",
                           "reference.json"}) {
    touch(temp / name);
  }
  const auto listing = list_files({(temp / "").string()});
  BOOST_REQUIRE(listing.has_value());
  BOOST_TEST((sources_of(listing->files) == Names{"logged_data",
                                                  "fresh_draws/alpha",
                                                  "fresh_draws/mid",
                                                  "fresh_draws/zeta",
                                                  "clone_logprobs"}));
  BOOST_TEST(listing->files[1].policy == "alpha");
  BOOST_TEST((listing->files[1].format == Format::cje_draws));
  BOOST_TEST((sources_of(listing->probes) == Names{"probe_slice/clone"}));
  BOOST_TEST(listing->ignored.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_older_layout_is_known) {
  const assay::test::TempDirectory temp;
  touch(temp / "dataset.jsonl");
  touch(temp / "responses/clone_responses.jsonl");
  const auto listing = list_files({temp.path().string()});
  BOOST_REQUIRE(listing.has_value());
  BOOST_TEST((sources_of(listing->files) == Names{"dataset", "responses/clone"}));
}

BOOST_AUTO_TEST_CASE(a_directory_of_draws_alone_is_a_data_set) {
  const assay::test::TempDirectory temp;
  touch(temp / "fresh_draws/clone_responses.jsonl");
  touch(temp / "other/clone_responses.jsonl");
  for (const char* name : {"fresh_draws", "other"}) {
    const auto listing = list_files({(temp / name).string()});
    BOOST_REQUIRE(listing.has_value());
    BOOST_TEST((sources_of(listing->files) == Names{"fresh_draws/clone"}));
  }
}

BOOST_AUTO_TEST_CASE(files_keep_their_order_and_are_called_by_their_stem) {
  const assay::test::TempDirectory temp;
  for (const char* name :
       {"b.jsonl", "a.json", "clone_responses.jsonl", "fresh_draws/premium_responses.jsonl"})
    touch(temp / name);
  Names paths;
  for (const char* name :
       {"b.jsonl", "a.json", "clone_responses.jsonl", "fresh_draws/premium_responses.jsonl"})
    paths.push_back((temp / name).string());
  const auto listing = list_files(paths);
  BOOST_REQUIRE(listing.has_value());
  BOOST_TEST(
      (sources_of(listing->files) == Names{"b", "a", "fresh_draws/clone", "fresh_draws/premium"}));
}

BOOST_AUTO_TEST_CASE(a_given_format_overrules_names) {
  const assay::test::TempDirectory temp;
  touch(temp / "clone_responses.jsonl");
  const auto listing = list_files({(temp / "clone_responses.jsonl").string()}, Format::plain);
  BOOST_REQUIRE(listing.has_value());
  BOOST_TEST((listing->files[0].format == Format::plain));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_named) {
  const assay::test::TempDirectory temp;
  const auto missing = list_files({(temp / "nothing.jsonl").string()});
  BOOST_REQUIRE(!missing);
  BOOST_TEST((missing.error().code == Errc::input));
  BOOST_TEST(missing.error().detail.contains("nothing.jsonl"));

  BOOST_REQUIRE(::mkfifo((temp / "pipe").c_str(), 0600) == 0);
  const auto pipe = list_files({(temp / "pipe").string()});
  BOOST_REQUIRE(!pipe);
  BOOST_TEST(pipe.error().detail.contains("not a regular file"));

  touch(temp / "empty/readme.txt");
  const auto empty = list_files({(temp / "empty").string()});
  BOOST_REQUIRE(!empty);
  BOOST_TEST(empty.error().detail.contains("holds no data set"));
}

BOOST_AUTO_TEST_CASE(two_files_of_one_name_are_refused) {
  const assay::test::TempDirectory temp;
  touch(temp / "one/data.jsonl");
  touch(temp / "two/data.jsonl");
  const auto listing =
      list_files({(temp / "one/data.jsonl").string(), (temp / "two/data.jsonl").string()});
  BOOST_REQUIRE(!listing);
  BOOST_TEST(listing.error().detail.contains("both be called 'data'"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::dataset
