#include "journal/atomic_file.hpp"

#include "journal/builders.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

using namespace assay;
using namespace assay::journal;

BOOST_AUTO_TEST_SUITE(atomic_file)

BOOST_AUTO_TEST_CASE(killed_at_any_call_the_file_is_the_old_or_the_new) {
  const std::string before(3000, 'a');
  const std::string after(5000, 'b');
  for (const FakeDisk::Mode mode :
       {FakeDisk::Mode::kill, FakeDisk::Mode::torn, FakeDisk::Mode::power}) {
    for (std::uint64_t call = 1; call <= 6; ++call) {
      FakeDisk disk(call);
      disk.put("run/report.html", before);
      disk.arm(FakeDisk::Kill{.call = call, .mode = mode, .torn_bytes = 700});
      try {
        BOOST_REQUIRE(write_file_atomically(disk, "run/report.html", after));
      } catch (const Killed&) {
      }
      disk.restart();
      const std::string content = disk.content("run/report.html");
      BOOST_REQUIRE(content == before || content == after);
      BOOST_REQUIRE(write_file_atomically(disk, "run/report.html", after));
      BOOST_REQUIRE(disk.content("run/report.html") == after);
    }
  }
}

BOOST_AUTO_TEST_CASE(without_commit_the_old_file_stays_and_nothing_else) {
  FakeDisk disk;
  disk.put("run/results.csv", "old");
  {
    auto file = AtomicFile::begin(disk, "run/results.csv");
    BOOST_REQUIRE(file);
    BOOST_REQUIRE(file->append(std::string(1 << 20, 'x')));
  }
  BOOST_CHECK_EQUAL(disk.content("run/results.csv"), "old");
  BOOST_CHECK_EQUAL(disk.files().size(), 1);
}

BOOST_AUTO_TEST_CASE(a_full_disk_names_the_file) {
  FakeDisk disk;
  disk.limit_capacity(100);

  const Status written = write_file_atomically(disk, "run/results.csv", std::string(500, 'x'));

  BOOST_REQUIRE(!written);
  BOOST_CHECK(written.error().code == Errc::disk_full);
  BOOST_CHECK(written.error().detail.find("run/results.csv") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_beyond_the_bound_is_not_read) {
  FakeDisk disk;
  disk.put("a", std::string(101, 'x'));

  BOOST_CHECK(!read_small_file(disk, "a", 100));
  BOOST_CHECK(read_small_file(disk, "a", 101));
  BOOST_CHECK(read_small_file(disk, "none", 100).error().code == Errc::input);
}

BOOST_AUTO_TEST_SUITE_END()
