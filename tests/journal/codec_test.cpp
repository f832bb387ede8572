#include "journal/codec.hpp"

#include "journal/builders.hpp"
#include "journal/chain.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace assay;
using namespace assay::journal;

namespace {

std::string line_of(const Record& record, Detail detail) {
  std::string payload;
  append_payload(payload, record, detail);
  std::string line;
  LineWriter writer(run_id_from(1), 1, 0);
  writer.append(line, payload, std::nullopt);
  line.pop_back();
  return line;
}

Result<Record> decode(std::string_view line) {
  Decoder decoder;
  return decoder.decode(line);
}

ScoreRecord full_record() {
  ScoreRecord record = score_record(5);
  record.delivery.unknown = {NanoUsd{77}, TokenCount{5}, 1};
  record.tokens = {.logprobs = "[-0.53,-1.25e-05, null]",
                   .texts = R"(["The"," ]\"\\", "é"])",
                   .offsets = "[112,115,117]"};
  record.errors = {{make_failure(FailureClass::timeout, "no first byte within 120 s"),
                    "local",
                    std::chrono::milliseconds{120000}},
                   {make_failure(FailureClass::server_error, "500"), "", std::nullopt}};
  record.body = std::string("\0{\"a\":1}\xff\n", 10);
  return record;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(codec)

BOOST_AUTO_TEST_CASE(every_field_comes_back_at_the_level_that_keeps_it) {
  const ScoreRecord record = full_record();

  const auto back = decode(line_of(record, Detail::debug));

  BOOST_REQUIRE(back);
  BOOST_CHECK(std::get<ScoreRecord>(*back) == record);
}

BOOST_AUTO_TEST_CASE(marks_come_back_with_their_cap) {
  LeaseRecord lease;
  lease.marks = {.account = "base",
                 .leased = {NanoUsd{50}, TokenCount{5}, 2},
                 .spent = {NanoUsd{30}, TokenCount{3}, 1},
                 .unknown = {NanoUsd{1}, TokenCount{1}, 1},
                 .reserved = {NanoUsd{9}, TokenCount{1}, 1},
                 .cap = BudgetCap{.money = NanoUsd{60}, .tokens = std::nullopt, .requests = 7},
                 .time = some_time};

  const auto back = decode(line_of(lease, Detail::minimal));

  BOOST_REQUIRE(back);
  BOOST_CHECK(std::get<LeaseRecord>(*back) == lease);
}

// As assay wrote them before records held tokens and requests.
BOOST_AUTO_TEST_CASE(lines_of_before_the_cost_in_tokens_still_read) {
  const auto score = decode(
      R"({"type":"score","key":"7ade9389c569b372d2f9a90d618ceff5","row":17,"policy":"base","purpose":"score","status":"ok","logprob":-14.72,"tokens":21,"method":"echo","grade":"A","boundary":"exact","checks":"pppppppp","attempts":1,"endpoint":"local","model":"teacher-base","cost_nanousd":4300,"seq":1,"sum":"6a35b48070a8763d"})");
  const auto lease = decode(
      R"({"type":"lease","account":"","leased":{"nanousd":9,"tokens":0,"requests":0},"spent":{"nanousd":4,"tokens":2,"requests":1},"unknown":{"nanousd":0,"tokens":0,"requests":0},"time_ms":1780000000123,"seq":2,"sum":"6a35b48070a8763d"})");

  BOOST_REQUIRE(score);
  BOOST_REQUIRE(lease);
  BOOST_CHECK((std::get<ScoreRecord>(*score).delivery.charged ==
               BudgetPoint{NanoUsd{4300}, TokenCount{0}, 0}));
  BOOST_CHECK(!std::get<LeaseRecord>(*lease).marks.cap.has_value());
}

BOOST_AUTO_TEST_CASE(each_level_leaves_out_what_it_does_not_keep) {
  const std::string minimal = line_of(full_record(), Detail::minimal);
  const std::string standard = line_of(full_record(), Detail::standard);
  const std::string detailed = line_of(full_record(), Detail::detailed);

  BOOST_CHECK(minimal.find("latency_ms") == std::string::npos);
  BOOST_CHECK(standard.find("latency_ms") != std::string::npos);
  BOOST_CHECK(standard.find("token_logprobs") == std::string::npos);
  BOOST_CHECK(detailed.find("\"token_logprobs\":[-0.53,-1.25e-05, null]") != std::string::npos);
  BOOST_CHECK(detailed.find("\"body\"") == std::string::npos);
  for (const std::string& line : {minimal, standard, detailed}) BOOST_CHECK(decode(line));
}

BOOST_AUTO_TEST_CASE(records_of_every_other_type_come_back) {
  Rng rng(7);
  const RunRecord run{.run = run_id_from(3),
                      .segment = 2,
                      .config_digest = key_from(1),
                      .data_digest = key_from(2),
                      .previous = RunRecord::Previous{1, 4711, 0xFEDCBA9876543210},
                      .version = "0.1.0",
                      .time = some_time};
  const TextRecord text{.key = key_from(3),
                        .row = 9,
                        .policy = "terse",
                        .replicate = 2,
                        .text = std::string("two\nlines \xE2\x80\xA8 end"),
                        .finish_reason = "stop",
                        .delivery = score_record(1).delivery,
                        .errors = {},
                        .body = {}};
  TextRecord no_text = text;
  no_text.text = std::unexpected(make_failure(FailureClass::timeout, "late"));
  const JudgementRecord judgement{.key = key_from(4),
                                  .row = 1,
                                  .policy = "base",
                                  .judge = "strict",
                                  .value = 0.25,
                                  .delivery = score_record(1).delivery,
                                  .errors = {},
                                  .body = {}};
  const SealRecord seal{.records = 12, .sum = 0x00000000000000FF, .time = some_time};

  for (const Record& record : std::vector<Record>{run, text, no_text, judgement, seal}) {
    const auto back = decode(line_of(record, Detail::debug));
    BOOST_REQUIRE(back);
    BOOST_CHECK(*back == record);
  }
  for (int i = 0; i < 200; ++i) {
    const Record record = random_record(rng);
    const auto back = decode(line_of(record, Detail::standard));
    BOOST_REQUIRE(back);
    const auto* note = std::get_if<NoteRecord>(&record);
    BOOST_CHECK(note != nullptr || *back == record);
  }
}

BOOST_AUTO_TEST_CASE(a_score_without_its_proof_is_refused) {
  const std::string line = line_of(score_record(1), Detail::standard);

  BOOST_CHECK(!decode(replaced(line, "pppppppp", "ppppupp")));
  BOOST_CHECK(!decode(replaced(line, "pppppppp", "nppppppp")));
  BOOST_CHECK(!decode(replaced(line, "pppppppp", "ppppppp")));
  BOOST_CHECK(!decode(replaced(line, "\"grade\":\"A\"", "\"grade\":\"B\"")));
  BOOST_CHECK(!decode(replaced(line, "\"logprob\":-", "\"logprob\":")));
  BOOST_CHECK(!decode(replaced(line, "\"logprob\":-", "\"logprob\":\"-\",\"x\":-")));
  BOOST_CHECK(!decode(replaced(line, "\"status\":\"ok\"", "\"status\":\"failed\"")));
  BOOST_CHECK(!decode(replaced(line, "\"method\":\"echo\"", "\"method\":\"recorded\"")));
}

BOOST_AUTO_TEST_CASE(what_the_provider_does_not_report_gives_grade_b) {
  Certificate::Draft draft(Method::echo);
  for (std::size_t i = 0; i < check_count; ++i) draft.set(static_cast<Check>(i), Verdict::proved);
  draft.set(Check::model, Verdict::not_reported);
  draft.set(Flags{.above_zero = true, .all_zero = false, .implausibly_high = true});
  ScoreRecord record = score_record(1);
  record.outcome = Score{*LogProb::from_nats(-1.0), TokenCount{1}, *draft.issue()};

  const std::string line = line_of(record, Detail::minimal);

  BOOST_CHECK(line.find("\"grade\":\"B\"") != std::string::npos);
  const auto back = decode(line);
  BOOST_REQUIRE(back);
  BOOST_CHECK(std::get<ScoreRecord>(*back).outcome == record.outcome);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_not_wholly_what_we_write_is_refused) {
  const std::string line = line_of(score_record(1), Detail::standard);

  BOOST_CHECK(!decode(line + "x"));
  BOOST_CHECK(!decode(line.substr(0, line.size() - 1)));
  BOOST_CHECK(!decode(replaced(line, "\"row\":1", "\"row\":1,\"row\":2")));
  BOOST_CHECK(!decode(replaced(line, "\"row\":1", "\"row\":-1")));
  BOOST_CHECK(!decode(replaced(line, "\"row\":1", "\"row\":1.5")));
  BOOST_CHECK(!decode(replaced(line, "\"row\":1", "\"row\":NaN")));
  BOOST_CHECK(!decode(replaced(line, "\"base\"", "\"\xff\"")));
  BOOST_CHECK(!decode(replaced(line, "\"type\":\"score\"", "\"type\":\"scores\"")));
  BOOST_CHECK(!decode(replaced(line, "\"key\":\"", "\"key\":\"0")));
  BOOST_CHECK(!decode("[]"));
  BOOST_CHECK(!decode(""));
  BOOST_CHECK(decode(replaced(line, "\"row\":1", "\"row\":1,\"later\":{}")));
}

BOOST_AUTO_TEST_CASE(numbers_come_back_bit_for_bit) {
  Rng rng(11);
  for (int i = 0; i < 2000; ++i) {
    ScoreRecord record = score_record(1);
    record.outcome = score_of(-std::exp(60.0 * (rng.uniform() - 0.5)));
    const auto back = decode(line_of(record, Detail::minimal));
    BOOST_REQUIRE(back);
    BOOST_REQUIRE(std::get<ScoreRecord>(*back).outcome == record.outcome);
  }
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_array_cannot_break_the_line) {
  for (const char* text : {"[1,\n2]", "[1]]", "[\"a]", "{}", "[1],\"sum\":\"", "x", "[\"\xff\"]"}) {
    ScoreRecord record = score_record(1);
    record.tokens.logprobs = text;
    const std::string line = line_of(record, Detail::detailed);
    BOOST_CHECK(line.find('\n') == std::string::npos);
    BOOST_CHECK_MESSAGE(decode(line), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
