#include "config/key_table.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace assay::config::test {

BOOST_AUTO_TEST_SUITE(key_table)

BOOST_AUTO_TEST_CASE(flags_and_letters_are_unique_and_every_key_is_explained) {
  std::set<std::string_view> seen;
  for (const Key& key : config::key_table()) {
    BOOST_TEST_CONTEXT(key.section << "." << key.name) {
      BOOST_TEST(!key.help.empty());
      BOOST_TEST(!key.help.ends_with("."));
      if (!key.flag.empty()) BOOST_TEST(seen.insert(key.flag).second);
      if (!key.letter.empty()) BOOST_TEST(seen.insert(key.letter).second);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_variable_is_named_after_its_flag) {
  BOOST_TEST(variable_of(*find_flag("--max-total-tokens")) == "ASSAY_MAX_TOTAL_TOKENS");
  BOOST_TEST(variable_of(*find_key("endpoints", "name")) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config::test
