#include "journal/score_line.hpp"

#include "journal/builders.hpp"
#include "journal/chain.hpp"
#include "journal/codec.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <optional>
#include <string>

using namespace assay;
using namespace assay::journal;

namespace {

std::string line_of(const Record& record,
                    Detail detail,
                    std::optional<std::uint64_t> durable = {}) {
  std::string payload;
  append_payload(payload, record, detail);
  std::string line;
  LineWriter writer(run_id_from(1), 1, 0);
  writer.append(line, payload, durable);
  line.pop_back();
  return line;
}

// All that a record holds, as bytes.
std::string bytes_in(const Record& record) {
  std::string bytes;
  append_payload(bytes, record, Detail::debug);
  return bytes;
}

std::optional<std::int64_t> count_or_none(Rng& rng) {
  if (rng.below(2) == 0) return std::nullopt;
  return static_cast<std::int64_t>(rng.below(1000));
}

BudgetPoint any_point(Rng& rng) {
  return {.money = NanoUsd{count_or_none(rng).value_or(0)},
          .tokens = TokenCount{count_or_none(rng).value_or(0)},
          .requests = count_or_none(rng).value_or(0)};
}

std::string any_text(Rng& rng) {
  return std::string(rng.below(40), static_cast<char>('a' + rng.below(26)));
}

// A score with each field there or not, whatever that means.
ScoreRecord any_score(Rng& rng) {
  ScoreRecord record = score_record(rng.below(1000));
  record.policy = any_text(rng);
  record.purpose = static_cast<Purpose>(rng.below(5));
  if (rng.below(4) == 0) record.outcome = score_of(rng.below(2) == 0 ? -0.0 : 0.0);
  if (rng.below(2) == 0) record.outcome = make_failure(FailureClass::timeout, any_text(rng));
  Delivery& delivery = record.delivery;
  delivery.attempts = static_cast<std::uint32_t>(rng.below(5));
  delivery.endpoint = any_text(rng);
  delivery.model = any_text(rng);
  delivery.latency.reset();
  if (const auto millis = count_or_none(rng)) delivery.latency = std::chrono::milliseconds{*millis};
  delivery.charged = any_point(rng);
  delivery.unknown = any_point(rng);
  delivery.usage = {};
  if (const auto input = count_or_none(rng)) delivery.usage.input = TokenCount{*input};
  if (const auto output = count_or_none(rng)) delivery.usage.output = TokenCount{*output};
  delivery.time = some_time + std::chrono::milliseconds{rng.below(1000)};
  if (rng.below(2) == 0)
    record.tokens = {.logprobs = "[-0.5]", .texts = "[\"a\"]", .offsets = "[0]"};
  if (rng.below(2) == 0) {
    record.errors.push_back({make_failure(FailureClass::timeout, any_text(rng)), "local", {}});
  }
  record.body = any_text(rng);
  return record;
}

// Whatever the quick way accepts, the parser accepts with the same values.
void check_agreement(Decoder& decoder, std::string_view line) {
  if (!score_line_of(line)) return;
  const auto quick = decoder.decode(line);
  const auto parsed = decoder.decode_any(line);
  BOOST_REQUIRE_MESSAGE(parsed, "the parser refuses what the quick way takes: " << line);
  BOOST_REQUIRE_MESSAGE(*quick == *parsed, "another value: " << line);
  BOOST_REQUIRE_MESSAGE(bytes_in(*quick) == bytes_in(*parsed), "other bits: " << line);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(score_line)

BOOST_AUTO_TEST_CASE(our_own_lines_are_read_below_detailed) {
  for (const Detail detail : {Detail::minimal, Detail::standard}) {
    for (const auto& record : {score_record(5), failed_record(6, FailureClass::echo_mismatch)}) {
      const std::string line = line_of(record, detail, 272);
      BOOST_REQUIRE_MESSAGE(score_line_of(line), line);
      Decoder decoder;
      check_agreement(decoder, line);
    }
  }
}

// -0.0 and 0.0 are equal, and two values.
BOOST_AUTO_TEST_CASE(a_zero_keeps_its_sign_both_ways) {
  Decoder decoder;
  for (const double nats : {-0.0, 0.0}) {
    ScoreRecord record = score_record(5);
    record.outcome = score_of(nats);
    const std::string line = line_of(record, Detail::standard);
    for (const auto& read : {decoder.decode(line), decoder.decode_any(line)}) {
      BOOST_REQUIRE(read);
      const Score* const score = std::get<ScoreRecord>(*read).outcome.score();
      BOOST_REQUIRE(score != nullptr);
      BOOST_CHECK_EQUAL(std::signbit(score->logprob.nats()), std::signbit(nats));
      BOOST_CHECK_EQUAL(score->logprob.nats(), 0.0);
    }
    const JudgementRecord judgement{.key = {},
                                    .policy = {},
                                    .judge = {},
                                    .value = nats,
                                    .delivery = {},
                                    .errors = {},
                                    .body = {}};
    const auto read = decoder.decode(line_of(judgement, Detail::standard));
    BOOST_REQUIRE(read);
    BOOST_CHECK_EQUAL(std::signbit(*std::get<JudgementRecord>(*read).value), std::signbit(nats));
  }
}

BOOST_AUTO_TEST_CASE(what_it_does_not_know_is_left_to_the_parser) {
  ScoreRecord record = score_record(5);
  record.policy = "b\"ase";
  BOOST_CHECK(!score_line_of(line_of(record, Detail::standard)));
  record = score_record(5);
  record.tokens.logprobs = "[-0.5]";
  BOOST_CHECK(!score_line_of(line_of(record, Detail::detailed)));
  BOOST_CHECK(!score_line_of(line_of(NoteRecord{"topic", "text", {}}, Detail::standard)));
}

BOOST_AUTO_TEST_CASE(a_line_read_up_to_its_cost_says_the_same_so_far) {
  Rng rng(8);
  for (int i = 0; i < 500; ++i) {
    const std::string line = line_of(random_record(rng), Detail::standard);
    const auto whole = score_line_of(line);
    if (!whole) continue;
    const auto part = score_line_of(line, LineDepth::cost);
    BOOST_REQUIRE_MESSAGE(part, line);
    BOOST_CHECK(part->key == whole->key);
    BOOST_CHECK(part->row == whole->row);
    BOOST_CHECK(part->policy == whole->policy);
    BOOST_CHECK(part->score == whole->score);
    BOOST_CHECK(part->failure == whole->failure);
    BOOST_CHECK(part->charged.money == whole->charged.money);
    BOOST_CHECK(!part->time);
  }
}

BOOST_AUTO_TEST_CASE(every_record_reads_the_same_both_ways) {
  Rng rng(7);
  Decoder decoder;
  for (int i = 0; i < 2000; ++i) {
    check_agreement(decoder, line_of(random_record(rng), Detail::standard));
  }
}

// The lists of tokens, and what stands behind them, are all that may be missing.
BOOST_AUTO_TEST_CASE(the_values_of_a_line_are_the_same_without_its_tokens) {
  Rng rng(12);
  Decoder decoder;
  std::optional<Record> values;
  int left_out = 0;
  for (int i = 0; i < 3'000; ++i) {
    ScoreRecord record = any_score(rng);
    if (rng.below(4) == 0) record.tokens.texts = R"([",\"seq\":7","]"])";
    const std::string line = line_of(record, static_cast<Detail>(rng.below(4)));
    auto parsed = std::get<ScoreRecord>(decoder.decode_any(line).value());
    BOOST_REQUIRE(decoder.decode_values(line, values));
    const auto& got = std::get<ScoreRecord>(*values);
    if (got.tokens != parsed.tokens) {
      ++left_out;
      BOOST_REQUIRE(
          (got.tokens == decltype(got.tokens){} && got.errors.empty() && got.body.empty()));
      parsed.tokens = {};
      parsed.errors.clear();
      parsed.body.clear();
    }
    BOOST_REQUIRE_MESSAGE(bytes_in(got) == bytes_in(parsed), line);
  }
  BOOST_TEST(left_out > 300);
}

// One record for line after line: nothing of a line is left in the next one's.
BOOST_AUTO_TEST_CASE(a_record_that_is_read_over_holds_its_own_line_alone) {
  const std::uint64_t seed = 20261127;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  Decoder decoder;
  std::optional<Record> record;
  for (int i = 0; i < 5000; ++i) {
    const Record written = rng.below(8) == 0 ? random_record(rng) : Record{any_score(rng)};
    const std::string line = line_of(written, static_cast<Detail>(rng.below(4)));
    const auto fresh = Decoder().decode_any(line);
    BOOST_REQUIRE_MESSAGE(fresh, "seed " << seed << ": " << line);
    BOOST_REQUIRE(decoder.decode(line, record));
    BOOST_REQUIRE_MESSAGE(bytes_in(*record) == bytes_in(*fresh), "seed " << seed << ": " << line);
    BOOST_REQUIRE_MESSAGE(*record == *fresh, "seed " << seed << ": " << line);
  }
}

// Its texts keep their memory.
BOOST_AUTO_TEST_CASE(a_record_is_read_over_in_the_memory_it_has) {
  ScoreRecord written = score_record(5);
  for (std::string* text : {&written.policy, &written.delivery.endpoint, &written.delivery.model})
    *text = std::string(40, 'a');
  Decoder decoder;
  std::optional<Record> record;
  const auto places = [&] {
    const auto& score = std::get<ScoreRecord>(*record);
    return std::array{
        score.policy.data(), score.delivery.endpoint.data(), score.delivery.model.data()};
  };
  BOOST_REQUIRE(decoder.decode(line_of(written, Detail::standard), record));
  const auto before = places();
  written.policy = "short";
  BOOST_REQUIRE(decoder.decode(line_of(written, Detail::standard), record));
  BOOST_CHECK(places() == before);
}

BOOST_AUTO_TEST_CASE(no_changed_byte_is_taken_for_what_the_parser_would_refuse) {
  Decoder decoder;
  for (const auto& record : {score_record(5), failed_record(6, FailureClass::echo_mismatch)}) {
    const std::string line = line_of(record, Detail::standard, 272);
    for (std::size_t at = 0; at < line.size(); ++at) {
      for (const char c : {'0', '9', '-', '.', 'e', '"', '\\', ',', '}', '\x01', '\xC3', 'p'}) {
        std::string changed = line;
        changed[at] = c;
        check_agreement(decoder, changed);
        changed = line;
        changed.insert(at, 1, c);
        check_agreement(decoder, changed);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
