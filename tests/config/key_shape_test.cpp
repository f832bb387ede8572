#include "config/key_shape.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::config {

BOOST_AUTO_TEST_SUITE(key_shape)

BOOST_AUTO_TEST_CASE(what_looks_like_a_key_is_seen_wherever_it_stands) {
  for (const std::string_view text : {"sk-proj-abcdefghij0123456789",
                                      "fw_3ZabcdefGHIJKLmnop12",
                                      "Bearer abcdefghij0123456789",
                                      "use sk-abcdefghij0123456789, please",
                                      "echo hf_abcdefghij0123456789"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(looks_like_key(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(names_and_sentences_are_no_keys) {
  for (const std::string_view text : {"",
                                      "OPENAI_API_KEY",
                                      "sk-",
                                      "sk-short1",
                                      "sk-learn-compatible-model-name",
                                      "risk-abcdefghij0123456789",
                                      "the bearer of news",
                                      "llama-3.3-70b-instruct-2026-01-01",
                                      "https://127.0.0.1:8443/v1"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!looks_like_key(text));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config
