#include "journal/run_directory.hpp"

#include "journal/atomic_file.hpp"
#include "journal/builders.hpp"
#include "journal/posix_storage.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace assay;
using namespace assay::journal;

namespace {

Start start_of(std::string config = "run: {}\n") {
  return {.version = "0.1.0",
          .git_commit = "abc",
          .config_text = std::move(config),
          .config_digest = key_from(1),
          .data_digest = key_from(2),
          .time = some_time,
          .derived_from = {}};
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status{};
  BOOST_REQUIRE_EQUAL(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777u;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_directory)

BOOST_AUTO_TEST_CASE(one_unverified_start_stays_in_the_manifest) {
  const TempFolder folder;
  const auto path = folder.path() / "run";
  for (const char* said : {"certified", "unverified", "certified"}) {
    Start start = start_of();
    start.verification = said;
    BOOST_REQUIRE(RunDirectory::enter(posix_storage(), path, start));
  }
  const auto manifest = RunDirectory::inspect(posix_storage(), path);
  BOOST_REQUIRE(manifest);
  BOOST_CHECK_EQUAL(manifest->verification, "unverified");
}

BOOST_AUTO_TEST_CASE(a_run_keeps_its_identity_when_it_goes_on) {
  const TempFolder folder;
  const auto path = folder.path() / "deep" / "run";
  RunId id;
  {
    auto made = RunDirectory::enter(posix_storage(), path, start_of());
    BOOST_REQUIRE(made);
    BOOST_CHECK(made->is_new());
    BOOST_CHECK(made->note_segment(1));
    id = made->manifest().run;
  }
  auto again = RunDirectory::enter(posix_storage(), path, start_of("run: {seed: 7}\n"));

  BOOST_REQUIRE(again);
  BOOST_CHECK(!again->is_new());
  BOOST_CHECK(again->manifest().run == id);
  BOOST_CHECK_EQUAL(again->manifest().starts, 2);
  BOOST_CHECK_EQUAL(again->manifest().segments, 1);
  const auto inspected = RunDirectory::inspect(posix_storage(), path);
  BOOST_REQUIRE(inspected);
  BOOST_CHECK(*inspected == again->manifest());
  const auto config = read_small_file(posix_storage(), path / "config.yaml", 1000);
  BOOST_REQUIRE(config);
  BOOST_CHECK_EQUAL(*config, "run: {seed: 7}\n");
}

BOOST_AUTO_TEST_CASE(a_busy_run_names_the_process_that_holds_it) {
  const TempFolder folder;
  auto held = RunDirectory::enter(posix_storage(), folder.path() / "run", start_of());
  BOOST_REQUIRE(held);

  const auto second = RunDirectory::enter(posix_storage(), folder.path() / "run", start_of());

  BOOST_REQUIRE(!second);
  BOOST_CHECK(second.error().code == Errc::locked);
  BOOST_CHECK(second.error().detail.find("process " + std::to_string(::getpid())) !=
              std::string::npos);
  BOOST_CHECK(RunDirectory::inspect(posix_storage(), folder.path() / "run"));
}

BOOST_AUTO_TEST_CASE(nobody_else_may_read_a_run_whatever_the_umask) {
  const TempFolder folder;
  const mode_t before = ::umask(0);
  auto made = RunDirectory::enter(posix_storage(), folder.path() / "run", start_of());
  ::umask(before);

  BOOST_REQUIRE(made);
  BOOST_CHECK_EQUAL(mode_of(made->path()), 0700);
  for (const char* name : {"run.json", "config.yaml", "lock"}) {
    BOOST_CHECK_EQUAL(mode_of(made->path() / name), 0600);
  }
}

BOOST_AUTO_TEST_CASE(a_folder_with_other_content_is_not_made_a_run) {
  const TempFolder folder;
  std::ofstream(folder.path() / "thesis.tex") << "x";

  const auto refused = RunDirectory::enter(posix_storage(), folder.path(), start_of());

  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().code == Errc::usage);
  BOOST_CHECK(refused.error().detail.find("thesis.tex") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_is_no_run_directory) {
  const TempFolder folder;
  std::ofstream(folder.path() / "file") << "x";

  const auto refused = RunDirectory::enter(posix_storage(), folder.path() / "file", start_of());

  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().code == Errc::usage);
}

BOOST_AUTO_TEST_CASE(an_unreadable_manifest_is_damage_and_stays_as_it_is) {
  const TempFolder folder;
  const auto path = folder.path() / "run.json";
  for (const char* text :
       {"", "{}", "[]", "{\"format\":\"assay-run-1\"}", "{\"format\":\"assay-run-9\"}"}) {
    std::ofstream(path) << text;
    const auto refused = RunDirectory::enter(posix_storage(), folder.path(), start_of());
    BOOST_REQUIRE(!refused);
    BOOST_CHECK(refused.error().code == Errc::damaged);
    BOOST_CHECK(refused.error().detail.find("run.json") != std::string::npos);
    BOOST_CHECK_EQUAL(*read_small_file(posix_storage(), path, 100), text);
  }
}

BOOST_AUTO_TEST_CASE(where_there_is_no_run_inspect_says_so) {
  const TempFolder folder;

  const auto nothing = RunDirectory::inspect(posix_storage(), folder.path());

  BOOST_REQUIRE(!nothing);
  BOOST_CHECK(nothing.error().code == Errc::input);
}

BOOST_AUTO_TEST_SUITE_END()
