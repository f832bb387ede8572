#include "support/builders.hpp"
#include "support/printers.hpp"
#include <assay/content_key.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace assay {
namespace {

ContentKey key_of(const Policy& policy, const Sample& sample) {
  return content_key(policy, sample, Method::echo);
}

Sample conversation(std::vector<Message> messages, std::string response) {
  Sample made = test::sample("", std::move(response));
  made.messages = std::move(messages);
  return made;
}

const Policy base = test::policy("base");
const Sample greeting = test::sample("Say hi.", "Hi.");

BOOST_AUTO_TEST_SUITE(content_key)

// The vectors were made with Python's hashlib.blake2b(digest_size=16, person=...), fields packed
// by struct.pack("<Q", ...): a key must never change, or old runs are paid for again.
BOOST_AUTO_TEST_CASE(keys_are_those_of_another_implementation) {
  BOOST_TEST(to_hex(key_of(base, greeting)) == "9dcba93d8d8d981e5bc3e8457b813073");
  Policy brief = base;
  brief.template_name = "chatml";
  brief.system_prompt = "Be brief.";
  brief.replicate = 3;
  const Sample chat = conversation({{"user", "Say hi."}}, "Hi.");
  BOOST_TEST(to_hex(assay::content_key(brief, chat, Method::echo, Purpose::judge)) ==
             "98f642e26d96118d1380d54b53eb47f4");
}

BOOST_AUTO_TEST_CASE(digests_are_those_of_another_implementation) {
  BOOST_TEST(to_hex(digest_of("")) == "9af2f31da58f0e666daee1297012a329");
  BOOST_TEST(to_hex(digest_of("abc")) == "9006bed89c3b63df0dd34817308d592b");
}

BOOST_AUTO_TEST_CASE(keys_are_ordered_by_their_bytes) {
  ContentKey key;
  for (std::size_t i = 0; i < key.bytes.size(); ++i) key.bytes[i] = 0x7F;
  BOOST_CHECK((key <=> ContentKey(key)) == std::strong_ordering::equal);
  for (std::size_t i = 0; i < key.bytes.size(); ++i) {
    ContentKey greater = key;
    greater.bytes[i] = 0x80;
    if (i + 1 < key.bytes.size()) greater.bytes[i + 1] = 0;
    BOOST_CHECK(key < greater);
    BOOST_CHECK(greater > key);
    BOOST_CHECK(key != greater);
  }
}

BOOST_AUTO_TEST_CASE(each_field_that_matters_changes_the_key) {
  using Change = std::function<void(Policy&, Sample&)>;
  const std::vector<Change> changes{
      [](Policy&, Sample&) {},
      [](Policy& p, Sample&) { p.weights += "x"; },
      [](Policy& p, Sample&) { p.template_name = "chatml"; },
      [](Policy& p, Sample&) { p.system_prompt = "Be brief."; },
      [](Policy& p, Sample&) { p.date = "2026-11-20"; },
      [](Policy& p, Sample&) { p.template_digest = "00"; },
      [](Policy& p, Sample&) { p.end_of_turn = EndOfTurn::scored; },
      [](Policy& p, Sample& s) {
        p.end_of_turn = EndOfTurn::scored;
        s.finish_reason = "stop";
      },
      [](Policy& p, Sample&) { p.replicate = 1; },
      [](Policy&, Sample& s) { s.prompt += "\n"; },
      [](Policy&, Sample& s) { s.response += " "; },
      [](Policy&, Sample& s) { s.messages = {{"user", "Say hi."}}; },
  };
  std::set<ContentKey> keys;
  for (const Change& change : changes) {
    Policy policy = base;
    Sample sample = greeting;
    change(policy, sample);
    BOOST_TEST(keys.insert(key_of(policy, sample)).second);
  }
  for (const Method method : {Method::two_call, Method::forced, Method::recorded, Method::ids}) {
    BOOST_TEST(keys.insert(assay::content_key(base, greeting, method)).second);
  }
  for (const Purpose purpose :
       {Purpose::generate, Purpose::judge, Purpose::canary, Purpose::probe}) {
    BOOST_TEST(keys.insert(assay::content_key(base, greeting, Method::echo, purpose)).second);
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_decide_the_answer_does_not_change_the_key) {
  Policy elsewhere = base;
  elsewhere.name = "renamed";
  elsewhere.model = "as-another-endpoint-calls-it";
  elsewhere.endpoints = {"backup"};
  Sample later = greeting;
  later.row = 17;
  later.id = "other";
  later.source = "fresh_draws/clone";
  later.draw_idx = 3;
  later.judge_score = 0.5;
  BOOST_TEST(key_of(elsewhere, later) == key_of(base, greeting));
}

BOOST_AUTO_TEST_CASE(moving_bytes_between_fields_changes_the_key) {
  BOOST_TEST(key_of(base, test::sample("ab", "c")) != key_of(base, test::sample("a", "bc")));
  BOOST_TEST(key_of(base, test::sample("", "abc")) != key_of(base, test::sample("abc", "")));
  BOOST_TEST(key_of(base, conversation({{"a", "b"}, {"c", "d"}}, "")) !=
             key_of(base, conversation({{"a", "bc"}, {"", "d"}}, "")));
  BOOST_TEST(key_of(base, conversation({{"a", "b"}}, "c")) !=
             key_of(base, conversation({{"a", "b"}, {"", "c"}}, "")));
}

BOOST_AUTO_TEST_CASE(bytes_that_imitate_a_length_change_the_key) {
  const std::string length("\1\0\0\0\0\0\0\0", 8);
  BOOST_TEST(key_of(base, test::sample("a" + length + "b", "")) !=
             key_of(base, test::sample("a", "b")));
}

BOOST_AUTO_TEST_CASE(the_prompt_beside_messages_is_not_read) {
  Sample chat = conversation({{"user", "Say hi."}}, "Hi.");
  const ContentKey key = key_of(base, chat);
  chat.prompt = "left over";
  BOOST_TEST(key_of(base, chat) == key);
}

BOOST_AUTO_TEST_CASE(hex_reads_back) {
  const ContentKey key = key_of(base, greeting);
  BOOST_TEST(content_key_of(to_hex(key)) == std::optional(key));
}

BOOST_AUTO_TEST_CASE(what_is_not_32_lower_case_digits_is_no_key) {
  const std::string hex = to_hex(key_of(base, greeting));
  std::string upper = hex;
  upper[0] = 'F';
  std::string letter = hex;
  letter[31] = 'g';
  for (const std::string& text : {std::string(), hex.substr(1), hex + "0", upper, letter}) {
    BOOST_TEST(!content_key_of(text).has_value());
  }
}

BOOST_AUTO_TEST_CASE(names_of_purposes_read_back) {
  for (const char* name : {"score", "generate", "judge", "canary", "probe"}) {
    const auto purpose = purpose_of(name);
    BOOST_REQUIRE(purpose.has_value());
    BOOST_TEST(name_of(*purpose) == name);
  }
  BOOST_TEST(!purpose_of("Score").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
