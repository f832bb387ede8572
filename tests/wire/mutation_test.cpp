// Random text, randomly cut into tokens: an honest answer is proved, and no single lie about it is.

#include "core/rng.hpp"
#include "support/printers.hpp"
#include "wire/echo_body.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::Rng;
using assay::test::EchoBody;
using assay::test::honest;
using assay::test::Reader;
using assay::test::usage_json;

constexpr std::string_view alphabet[] = {"a",
                                         "b",
                                         " ",
                                         "\n",
                                         "\r\n",
                                         "\"",
                                         "\\",
                                         "\t",
                                         "\u00e9",
                                         "\u4e16",
                                         "\U0001F600",
                                         "\u2028",
                                         "<|",
                                         "bytes:"};

std::string random_text(Rng& rng, std::size_t pieces) {
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) text += alphabet[rng.below(std::size(alphabet))];
  return text;
}

// Cuts at random characters, and always at `seam`.
std::vector<std::string> random_tokens(Rng& rng, std::string_view text, std::size_t seam) {
  std::vector<std::string> tokens(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool inside = (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    if (at > 0 && !inside && (at == seam || rng.below(3) == 0)) tokens.emplace_back();
    tokens.back() += text[at];
  }
  return tokens;
}

struct Case {
  std::string context, response;
  EchoBody body;

  explicit Case(Rng& rng)
      : context(random_text(rng, 1 + rng.below(12))),
        response(random_text(rng, 1 + rng.below(12))) {
    body = honest(random_tokens(rng, context + response, context.size()));
    for (std::size_t i = 1; i < body.log_probs.size(); ++i) {
      body.log_probs[i] = fmt::format("{}", -20 * rng.uniform());
    }
  }
  [[nodiscard]] std::size_t prompt_tokens() const { return body.tokens.size() - 1; }
};

// How often each lie is told.
constexpr int rounds = 300;

template <class Lie>
void expect(std::set<std::string> allowed, Lie lie) {
  Rng rng(20261121);
  Reader reader;
  for (int round = 0; round < rounds; ++round) {
    Case made(rng);
    BOOST_REQUIRE(reader.verdict(made.context, made.response, made.body.json()) == "ok");
    lie(made, rng);
    const std::string json = made.body.json();
    const std::string verdict = reader.verdict(made.context, made.response, json);
    BOOST_TEST(allowed.contains(verdict), "round " << round << ": " << verdict << " for " << json);
  }
}

template <class T>
void erase_at(std::vector<T>& list, std::size_t index) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutation)

BOOST_AUTO_TEST_CASE(a_dropped_log_prob_never_shifts_the_others) {
  expect({"truncated_echo"}, [](Case& made, Rng& rng) {
    erase_at(made.body.log_probs, rng.below(made.body.log_probs.size()));
  });
}

BOOST_AUTO_TEST_CASE(a_dropped_token_is_missed) {
  expect({"truncated_echo"}, [](Case& made, Rng& rng) {
    erase_at(made.body.tokens, rng.below(made.body.tokens.size()));
  });
}

BOOST_AUTO_TEST_CASE(a_dropped_entry_is_missed_even_when_all_lists_agree) {
  expect({"echo_mismatch", "truncated_echo", "invalid_logprob"}, [](Case& made, Rng& rng) {
    const std::size_t index = rng.below(made.prompt_tokens());
    erase_at(made.body.tokens, index);
    erase_at(made.body.log_probs, index);
    erase_at(made.body.offsets, index);
  });
}

BOOST_AUTO_TEST_CASE(a_changed_byte_in_a_token_is_seen) {
  expect({"echo_mismatch", "truncated_echo"}, [](Case& made, Rng& rng) {
    std::string& token = made.body.tokens[rng.below(made.prompt_tokens())];
    token[rng.below(token.size())] = '#';
  });
}

BOOST_AUTO_TEST_CASE(a_changed_byte_in_the_text_is_seen) {
  expect({"echo_mismatch"}, [](Case& made, Rng& rng) {
    made.body.text[rng.below(made.context.size() + made.response.size())] = '#';
  });
}

BOOST_AUTO_TEST_CASE(shifted_offsets_are_seen) {
  expect({"echo_mismatch"}, [](Case& made, Rng&) {
    for (std::string& offset : made.body.offsets) offset = std::to_string(std::stoll(offset) + 1);
  });
}

BOOST_AUTO_TEST_CASE(a_null_or_a_sentinel_in_the_prompt_is_seen) {
  expect({"missing_logprob"}, [](Case& made, Rng& rng) {
    made.body.log_probs[1 + rng.below(made.prompt_tokens() - 1)] = "null";
  });
  expect({"invalid_logprob"}, [](Case& made, Rng& rng) {
    made.body.log_probs[1 + rng.below(made.prompt_tokens() - 1)] = "-9999.0";
  });
}

BOOST_AUTO_TEST_CASE(log_probs_shifted_by_one_are_seen) {
  expect({"invalid_logprob"}, [](Case& made, Rng&) {
    auto& list = made.body.log_probs;
    list.erase(list.begin());
    list.emplace_back("-1");
  });
  expect({"missing_logprob"}, [](Case& made, Rng&) {
    auto& list = made.body.log_probs;
    list.insert(list.begin(), "null");
    list.pop_back();
  });
}

BOOST_AUTO_TEST_CASE(merged_tokens_over_the_seam_are_a_straddle) {
  expect({"boundary_inside_token"}, [](Case& made, Rng&) {
    std::size_t at = 0;
    std::size_t index = 0;
    while (at < made.context.size()) at += made.body.tokens[index++].size();
    made.body.tokens[index - 1] += made.body.tokens[index];
    erase_at(made.body.tokens, index);
    erase_at(made.body.log_probs, index);
    erase_at(made.body.offsets, index);
    made.body.usage = usage_json(made.prompt_tokens(), 1);
  });
}

BOOST_AUTO_TEST_CASE(merged_or_split_tokens_elsewhere_are_another_honest_answer) {
  // Only the provider knows its tokens; what is proved is that the values cover exactly the bytes
  // sent.
  expect({"ok"}, [](Case& made, Rng& rng) {
    const std::size_t index = rng.below(made.prompt_tokens());
    std::string& token = made.body.tokens[index];
    std::size_t cut = 1;
    while (cut < token.size() && (static_cast<unsigned char>(token[cut]) & 0xC0U) == 0x80U) ++cut;
    if (cut >= token.size()) return;
    const auto at = static_cast<std::ptrdiff_t>(index) + 1;
    const auto tail = token.substr(cut);
    const long long begin = std::stoll(made.body.offsets[index]);
    token.resize(cut);
    const auto characters = static_cast<long long>(assay::test::characters_in(token));
    made.body.tokens.insert(made.body.tokens.begin() + at, tail);
    made.body.log_probs.insert(made.body.log_probs.begin() + at, "-0.5");
    made.body.offsets.insert(made.body.offsets.begin() + at, std::to_string(begin + characters));
    made.body.usage = usage_json(made.prompt_tokens(), 1);
  });
}

BOOST_AUTO_TEST_CASE(an_answer_to_another_row_is_never_taken) {
  Rng rng(7);
  Reader reader;
  for (int round = 0; round < rounds; ++round) {
    const Case mine(rng);
    const Case other(rng);
    if (mine.context + mine.response == other.context + other.response) continue;
    BOOST_TEST(reader.verdict(mine.context, mine.response, other.body.json()) != "ok");
  }
}

BOOST_AUTO_TEST_CASE(any_one_byte_of_the_body_may_change) {
  // Whatever the change, the outcome is a failure or the sum of the values that the body now
  // states.
  Rng rng(11);
  Reader reader;
  for (int round = 0; round < 20; ++round) {
    const Case made(rng);
    const std::string good = made.body.json();
    const auto* score = reader.read_one(made.context, made.response, good).outcome.score();
    BOOST_REQUIRE(score != nullptr);
    const assay::Score before = *score;
    const std::size_t values_begin = good.find("\"token_logprobs\"");
    const std::size_t values_end = good.find(']', values_begin);
    for (std::size_t at = 0; at < good.size(); ++at) {
      if (at >= values_begin && at <= values_end) continue;
      std::string bad = good;
      bad[at] = static_cast<char>(rng.below(256));
      const auto& outcome = reader.read_one(made.context, made.response, bad).outcome;
      if (outcome.score()) BOOST_TEST((outcome.score()->logprob == before.logprob), bad);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
