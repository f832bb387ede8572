#include "core/secret.hpp"

#include "support/printers.hpp"

#include <sstream>
#include <string>
#include <type_traits>

namespace assay {
namespace {

template <class T>
concept prints = requires(std::ostream& out, const T& value) { out << value; };

// A key cannot slip into text: no conversion, no printing.
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!prints<Secret>);

const Secret plain{"not-a-real-key_0123"};
const Secret odd{"a\"b\\c/d+e f="};

BOOST_AUTO_TEST_SUITE(secret)

BOOST_AUTO_TEST_CASE(a_secret_reveals_what_it_was_given) {
  BOOST_TEST(plain.reveal() == "not-a-real-key_0123");
  BOOST_TEST(!plain.empty());
}

BOOST_AUTO_TEST_CASE(a_default_secret_is_empty) {
  BOOST_TEST(Secret().empty());
  BOOST_TEST(Secret().reveal() == "");
  BOOST_TEST(Secret(std::string()).empty());
}

BOOST_AUTO_TEST_CASE(copies_share_one_text) {
  const Secret copy = plain;
  BOOST_TEST(static_cast<const void*>(copy.reveal().data()) ==
             static_cast<const void*>(plain.reveal().data()));
}

BOOST_AUTO_TEST_CASE(every_plain_occurrence_is_redacted) {
  BOOST_TEST(redact("Bearer not-a-real-key_0123; again: not-a-real-key_0123", plain) ==
             "Bearer [key]; again: [key]");
}

BOOST_AUTO_TEST_CASE(a_json_escaped_key_is_redacted) {
  BOOST_TEST(redact(R"({"key":"a\"b\\c/d+e f="})", odd) == R"({"key":"[key]"})");
}

BOOST_AUTO_TEST_CASE(a_url_encoded_key_is_redacted) {
  BOOST_TEST(redact("?key=a%22b%5Cc%2Fd%2Be%20f%3D&x=1", odd) == "?key=[key]&x=1");
  BOOST_TEST(redact("?key=a%22b%5cc%2fd%2be%20f%3d&x=1", odd) == "?key=[key]&x=1");
}

BOOST_AUTO_TEST_CASE(a_base64_key_is_redacted_with_or_without_padding) {
  BOOST_TEST(redact("Basic YSJiXGMvZCtlIGY9.", odd) == "Basic [key].");
  BOOST_TEST(redact("bm90LWEtcmVhbC1rZXlfMDEyMw==", plain) == "[key]==");
  BOOST_TEST(redact("bm90LWEtcmVhbC1rZXlfMDEyMw", plain) == "[key]");
}

BOOST_AUTO_TEST_CASE(text_without_the_key_stays_as_it_is) {
  BOOST_TEST(redact("not-a-real-key_012", plain) == "not-a-real-key_012");
  BOOST_TEST(redact("", plain) == "");
}

BOOST_AUTO_TEST_CASE(an_empty_secret_redacts_nothing) {
  BOOST_TEST(redact("text", Secret()) == "text");
}

BOOST_AUTO_TEST_CASE(fingerprints_tell_keys_apart_and_hold_nothing_of_them) {
  BOOST_TEST(plain.fingerprint().size() == 8u);
  BOOST_TEST(plain.fingerprint() == Secret("not-a-real-key_0123").fingerprint());
  BOOST_TEST(plain.fingerprint() != odd.fingerprint());
  BOOST_TEST(plain.fingerprint().find_first_not_of("0123456789abcdef") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
