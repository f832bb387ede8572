// The entry of each room's test binary; the module is named after the room.
#define ASSAY_STRING_(x) #x
#define ASSAY_STRING(x) ASSAY_STRING_(x)
#define BOOST_TEST_MODULE ASSAY_STRING(ASSAY_TEST_ROOM)
#define BOOST_TEST_NO_MAIN
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

std::filesystem::path assay::test::source_directory() {
  return ASSAY_SOURCE_DIR;
}

int main(int argc, char** argv) {
  const int code = boost::unit_test::unit_test_main(&init_unit_test, argc, argv);
  const bool skipped = code == 0 && assay::test::something_was_missing;
  return skipped ? assay::test::exit_skipped : code;
}
