#include "core/json_text.hpp"
#include "support/printers.hpp"
#include <assay/failure.hpp>

#include <map>
#include <string>
#include <string_view>

namespace assay {
namespace {

// Stable: journals of today must be readable by any later version. Source: design.md, section 3.
const std::map<std::string_view, Remedy> remedy_by_name{
    {"rate_limited", Remedy::retry},
    {"overloaded", Remedy::retry},
    {"timeout", Remedy::retry},
    {"connection", Remedy::retry},
    {"tls", Remedy::retry},
    {"server_error", Remedy::retry},
    {"certificate", Remedy::stop_run},
    {"redirect", Remedy::stop_run},
    {"auth", Remedy::stop_policy},
    {"quota_exhausted", Remedy::stop_policy},
    {"model_not_found", Remedy::stop_policy},
    {"bad_request", Remedy::final_item},
    {"context_too_long", Remedy::final_item},
    {"content_filtered", Remedy::final_item},
    {"unsupported", Remedy::final_item},
    {"boundary_inside_token", Remedy::final_item},
    {"malformed_response", Remedy::distrust},
    {"echo_mismatch", Remedy::distrust},
    {"truncated_echo", Remedy::distrust},
    {"missing_logprob", Remedy::distrust},
    {"invalid_logprob", Remedy::distrust},
    {"model_mismatch", Remedy::distrust},
    {"invalid_output", Remedy::distrust},
    {"invalid_input", Remedy::final_item},
    {"budget_exhausted", Remedy::not_sent},
    {"deadline", Remedy::not_sent},
    {"cancelled", Remedy::not_sent},
};

std::string reason_of(std::string_view text) {
  return make_failure(FailureClass::bad_request, text).reason;
}

BOOST_AUTO_TEST_SUITE(failure)

BOOST_AUTO_TEST_CASE(there_are_exactly_the_classes_of_the_design) {
  BOOST_TEST(failure_class_count == remedy_by_name.size());
}

BOOST_AUTO_TEST_CASE(every_name_reads_back_and_has_its_remedy) {
  for (const auto& [name, remedy] : remedy_by_name) {
    BOOST_TEST_CONTEXT(name) {
      const auto cls = failure_class_of(name);
      BOOST_REQUIRE(cls.has_value());
      BOOST_TEST(name_of(*cls) == name);
      BOOST_TEST(remedy_of(*cls) == remedy);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_no_class) {
  for (const char* name : {"", "Timeout", "timeout ", "rate-limited", "unknown"}) {
    BOOST_TEST(!failure_class_of(name).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_plain_reason_is_kept) {
  const Failure failure = make_failure(FailureClass::echo_mismatch, "byte 112: 'é' ≠ 'e'");
  BOOST_TEST(failure == (Failure{FailureClass::echo_mismatch, "byte 112: 'é' ≠ 'e'"}));
}

BOOST_AUTO_TEST_CASE(a_reason_of_exactly_the_bound_is_kept) {
  const std::string text(failure_reason_bytes_max, 'a');
  BOOST_TEST(reason_of(text) == text);
}

BOOST_AUTO_TEST_CASE(a_longer_reason_ends_in_an_ellipsis_at_the_bound) {
  const std::string reason = reason_of(std::string(failure_reason_bytes_max + 1, 'a'));
  BOOST_TEST(reason.size() == failure_reason_bytes_max);
  BOOST_TEST(reason.ends_with("a..."));
}

BOOST_AUTO_TEST_CASE(a_cut_never_splits_a_character) {
  for (const std::string_view character : {"é", "€", "😀"}) {
    for (std::size_t shift = 0; shift < 5; ++shift) {
      std::string text(shift, 'a');
      while (text.size() < 2 * failure_reason_bytes_max) text += character;
      const std::string reason = reason_of(text);
      BOOST_TEST(is_utf8(reason));
      BOOST_TEST(reason.size() <= failure_reason_bytes_max);
      BOOST_TEST(reason.size() > failure_reason_bytes_max - character.size());
      BOOST_TEST(reason.ends_with(std::string(character) + "..."));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cut_never_splits_an_escape) {
  for (std::size_t shift = 0; shift < 5; ++shift) {
    const std::string reason = reason_of(std::string(shift, 'a') + std::string(1000, '\n'));
    BOOST_TEST(reason.ends_with("\\x0a..."));
    BOOST_TEST(reason.size() <= failure_reason_bytes_max);
  }
}

BOOST_AUTO_TEST_CASE(control_characters_are_escaped) {
  BOOST_TEST(reason_of("a\nb\tc\x1b[31md\x7f") == "a\\x0ab\\x09c\\x1b[31md\\x7f");
  BOOST_TEST(reason_of(std::string_view("a\0b", 3)) == "a\\x00b");
  BOOST_TEST(reason_of("\xC2\x9B") == "\\x9b");  // C1: the one-character CSI
}

BOOST_AUTO_TEST_CASE(characters_that_reorder_or_hide_text_are_escaped) {
  BOOST_TEST(reason_of("a\u202Eb") == "a\\u{202e}b");
  BOOST_TEST(reason_of("a\u2066b\u2069") == "a\\u{2066}b\\u{2069}");
  BOOST_TEST(reason_of("\u061C\u200B\u200F\uFEFF") == "\\u{61c}\\u{200b}\\u{200f}\\u{feff}");
  BOOST_TEST(reason_of("a\u2028b") == "a\\u{2028}b");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_escaped_one_by_one) {
  BOOST_TEST(reason_of("a\xFF\xC3(") == "a\\xff\\xc3(");
  BOOST_TEST(reason_of("\xED\xA0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  BOOST_TEST(reason_of("\xC0\xAF") == "\\xc0\\xaf");           // an overlong '/'
  BOOST_TEST(reason_of("\xE2\x82") == "\\xe2\\x82");           // cut short
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
