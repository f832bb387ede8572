// The single pass against the DOM: whatever the pass calls proved, the DOM proves with the same
// value, on good bodies, mutated ones and noise. And the pass does take the common shapes, so that
// the comparison means something.

#include "core/rng.hpp"
#include "support/printers.hpp"
#include "wire/completions.hpp"
#include "wire/echo_body.hpp"
#include "wire/number_text.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::Rng;
using assay::test::EchoBody;
using assay::test::honest;
using assay::wire::CompletionsForm;
using assay::wire::Prompt;
using assay::wire::Reading;
using assay::wire::ScoreCall;

// Reads one body both ways.
class Both {
 public:
  // Whether the pass took it; the two must agree if so.
  bool agree(std::string_view text, std::size_t boundary, std::string_view body) {
    bytes_.assign(body);
    bytes_.append(assay::body_padding, next_padding_);
    next_padding_ = next_padding_ == '0' ? '"' : '0';  // what lies behind the body must not matter
    const Prompt prompt{text, boundary};
    ScoreCall call{.model = "m", .served_as = {}, .prompts = {&prompt, 1}};
    call.detail = assay::wire::TokenDetail::kept;
    const assay::AnswerView answer{200, &headers_, std::string_view(bytes_).substr(0, body.size())};
    if (!assay::wire::read_completions_pass(call, answer, form, scratch_, fast_)) return false;
    assay::wire::read_completions_dom(call, answer, form, slow_scratch_, slow_);
    const auto* fast = fast_.prompts.at(0).outcome.score();
    const auto* slow = slow_.prompts.at(0).outcome.score();
    BOOST_TEST_REQUIRE((fast != nullptr && slow != nullptr), body);
    BOOST_TEST((*fast == *slow), body);
    BOOST_TEST((fast_.usage == slow_.usage), body);
    BOOST_TEST(fast_.served_model == slow_.served_model);
    BOOST_TEST(fast_.fingerprint == slow_.fingerprint);
    check_digits(fast_.prompts[0].token_log_probs, slow_.prompts[0].token_log_probs);
    return true;
  }

  CompletionsForm form;

 private:
  // The same numbers, however they are written.
  static void check_digits(std::string_view fast, std::string_view slow) {
    while (!fast.empty() && !slow.empty()) BOOST_TEST(take(fast) == take(slow));
    BOOST_TEST((fast.empty() && slow.empty()));
  }
  static double take(std::string_view& list) {
    double value = 1.0;
    const auto [end, error] = std::from_chars(list.data(), list.data() + list.size(), value);
    BOOST_TEST_REQUIRE((error == std::errc{}));
    list.remove_prefix(static_cast<std::size_t>(end - list.data()));
    if (list.starts_with(',')) list.remove_prefix(1);
    return value;
  }

  std::vector<assay::HeaderField> headers_;
  assay::wire::Scratch scratch_, slow_scratch_;
  Reading fast_, slow_;
  std::string bytes_;
  char next_padding_ = '0';
};

constexpr std::string_view pieces[] = {
    "a", "bc", " word", "\n", "\"", "\\", "\t", "\u00e9", "\u4e16", "\U0001F600"};

// An honest answer about random text, its numbers in random notation.
struct Sent {
  std::string text;
  std::size_t boundary = 0;
  EchoBody body;

  explicit Sent(Rng& rng) {
    // Long ones fill blocks of 64 bytes (list_scan.hpp), short ones do not.
    std::vector<std::string> tokens(2 + rng.below(rng.below(3) == 0 ? 80 : 10));
    const std::size_t seam = 1 + rng.below(tokens.size() - 1);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      for (std::uint64_t n = 1 + rng.below(4); n > 0; --n)
        tokens[i] += pieces[rng.below(std::size(pieces))];
      if (i == seam) boundary = text.size();
      text += tokens[i];
    }
    body = honest(tokens);
    for (std::size_t i = 1; i < body.log_probs.size(); ++i) body.log_probs[i] = number(rng);
  }

  static std::string number(Rng& rng) {
    const double value = -30 * rng.uniform();
    switch (rng.below(7)) {
      case 0:
        return fmt::format("{:.17g}", value);
      case 1:
        return fmt::format("{:.9g}", static_cast<double>(static_cast<float>(value)));
      case 2:
        return fmt::format("{:e}", value);
      case 3:
        return fmt::format("{:.25f}", value);
      case 4:
        return fmt::format("{:.0f}", value);
      case 5:
        return "-0";
      default:
        return fmt::format("{}", value);
    }
  }
};

// Escapes and blanks that other servers write.
std::string respelt(Rng& rng, const std::string& json) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto c = static_cast<unsigned char>(json[i]);
    if (in_string && c == '\\') {
      out += json[i];
      out += json[++i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    out += json[i];
    if (!in_string && (c == ',' || c == ':') && rng.below(2) == 0)
      out += rng.below(2) == 0 ? " " : "\n\t";
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(differential)

BOOST_AUTO_TEST_CASE(the_pass_takes_every_common_shape_and_agrees) {
  Rng rng(1);
  Both both;
  for (int round = 0; round < 2000; ++round) {
    Sent sent(rng);
    if (rng.below(4) == 0) sent.body.offsets.clear();
    if (rng.below(4) == 0) sent.body.usage.reset();
    if (rng.below(4) == 0) sent.body.model = "";
    if (rng.below(2) == 0) sent.body.more += R"(,"system_fingerprint":"fp_1")";
    const std::string json = sent.body.json();
    BOOST_TEST(both.agree(sent.text, sent.boundary, rng.below(2) == 0 ? json : respelt(rng, json)),
               json);
  }
}

BOOST_AUTO_TEST_CASE(escaped_unicode_is_met) {
  Both both;
  auto body = honest({"a \u00e9", "\U0001F600", "\u4e16!"}).json();
  const auto respell = [&](std::string_view from, std::string_view to) {
    for (std::size_t at = body.find(from); at != std::string::npos; at = body.find(from)) {
      body.replace(at, from.size(), to);
    }
  };
  respell("\u00e9", "\\u00e9");
  respell("\U0001F600", "\\ud83d\\uDE00");
  respell("\u4e16", "\\u4E16");
  BOOST_TEST(both.agree("a \u00e9\U0001F600\u4e16!", 4, body));
  respell("\\uDE00", "\\ud83d");
  BOOST_TEST(!both.agree("a \u00e9\U0001F600\u4e16!", 4, body));
}

BOOST_AUTO_TEST_CASE(the_pass_never_proves_what_the_dom_refuses) {
  Rng rng(2);
  Both both;
  int taken = 0;
  for (int round = 0; round < 400; ++round) {
    const Sent sent(rng);
    const std::string good = sent.body.json();
    for (int lie = 0; lie < 60; ++lie) {
      std::string bad = good;
      const std::size_t at = rng.below(bad.size());
      const std::size_t length = 1 + rng.below(6);
      switch (rng.below(4)) {
        case 0:
          bad[at] = static_cast<char>(rng.below(256));
          break;
        case 1:
          bad.erase(at, length);
          break;
        case 2:
          bad.insert(at, good.substr(rng.below(good.size()), length));
          break;
        default:
          bad.replace(at, length, good.substr(rng.below(good.size()), length));
          break;
      }
      taken += both.agree(sent.text, sent.boundary, bad) ? 1 : 0;
    }
  }
  BOOST_TEST(taken > 1000);  // changes in unread fields and in digits leave a proof
}

BOOST_AUTO_TEST_CASE(a_body_cut_anywhere_is_never_proved) {
  Rng rng(3);
  Both both;
  for (int round = 0; round < 20; ++round) {
    const Sent sent(rng);
    const std::string good = sent.body.json();
    for (std::size_t size = 0; size < good.size(); ++size) {
      BOOST_TEST(!both.agree(sent.text, sent.boundary, good.substr(0, size)));
    }
  }
}

BOOST_AUTO_TEST_CASE(placeholders_for_the_first_token_follow_the_form) {
  Both both;
  both.form.first_entry = assay::wire::FirstEntry::null_or_zero;
  auto body = honest({"a", "b"});
  body.log_probs[0] = "0.0";
  BOOST_TEST(both.agree("ab", 1, body.json()));
  body.log_probs[0] = "-0.5";
  BOOST_TEST(!both.agree("ab", 1, body.json()));
  both.form.first_entry = assay::wire::FirstEntry::anything;
  BOOST_TEST(both.agree("ab", 1, body.json()));
}

BOOST_AUTO_TEST_CASE(numbers_are_those_of_the_standard_library) {
  Rng rng(4);
  for (int round = 0; round < 200'000; ++round) {
    std::string text = Sent::number(rng);
    if (rng.below(3) == 0) {
      // Near the middle between two doubles, where rounding is decided by the last digit.
      const double low = std::bit_cast<double>((rng() >> 12U) | ((1015 + rng.below(12)) << 52U));
      const double high = std::bit_cast<double>(std::bit_cast<std::uint64_t>(low) + 1);
      text = fmt::format("{:.{}f}", low + (high - low) / 2, 14 + static_cast<int>(rng.below(6)));
    }
    double expected = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    const std::size_t size = text.size();
    text.append(assay::body_padding, ']');
    double read = 1.0;
    const char* const end = assay::wire::read_number(text.data(), read);
    BOOST_TEST_REQUIRE((end == text.data() + size), text);
    BOOST_TEST_REQUIRE(std::bit_cast<std::uint64_t>(read) == std::bit_cast<std::uint64_t>(expected),
                       text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_json_number_is_none) {
  for (const std::string_view text : {"",
                                      "-",
                                      "01",
                                      "-01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "1e",
                                      "1e+",
                                      "e5",
                                      "NaN",
                                      "inf",
                                      "--1",
                                      "1.5.2",
                                      "1e5e5",
                                      "1-2",
                                      "1e999",
                                      "-1e999"}) {
    std::string padded(text);
    padded.append(assay::body_padding, ' ');
    double value = 0.0;
    const char* const end = assay::wire::read_number(padded.data(), value);
    BOOST_TEST((end == nullptr || end != padded.data() + text.size()), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
