#include "journal/score_line.hpp"

#include "journal/builders.hpp"
#include "journal/chain.hpp"
#include "journal/codec.hpp"

#include <boost/test/unit_test.hpp>

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

// Whatever the quick way accepts, the parser accepts with the same values.
void check_agreement(Decoder& decoder, std::string_view line) {
  if (!score_line_of(line)) return;
  const auto quick = decoder.decode(line);
  const auto parsed = decoder.decode_any(line);
  BOOST_REQUIRE_MESSAGE(parsed, "the parser refuses what the quick way takes: " << line);
  BOOST_REQUIRE_MESSAGE(*quick == *parsed, "another value: " << line);
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
