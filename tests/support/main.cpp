// The entry of each room's test binary; the module is named after the room.
#define ASSAY_STRING_(x) #x
#define ASSAY_STRING(x) ASSAY_STRING_(x)
#define BOOST_TEST_MODULE ASSAY_STRING(ASSAY_TEST_ROOM)
#include <boost/test/unit_test.hpp>
