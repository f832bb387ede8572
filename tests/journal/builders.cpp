#include "journal/builders.hpp"

#include <cstring>

namespace assay::journal {

RunId run_id_from(std::uint64_t seed) {
  RunId id;
  std::memcpy(id.bytes.data(), &seed, sizeof seed);
  id.bytes[15] = 0xA5;
  return id;
}

ContentKey key_from(std::uint64_t number) {
  return digest_of(std::to_string(number));
}

Score score_of(double nats, std::int64_t tokens) {
  Certificate::Draft draft(Method::echo);
  for (std::size_t i = 0; i < check_count; ++i) draft.set(static_cast<Check>(i), Verdict::proved);
  return Score{*LogProb::from_nats(nats), TokenCount{tokens}, *draft.issue()};
}

ScoreRecord score_record(std::uint64_t number) {
  return ScoreRecord{.key = key_from(number),
                     .row = number,
                     .policy = "base",
                     .purpose = Purpose::score,
                     .method = Method::echo,
                     .outcome = score_of(-0.5 - static_cast<double>(number) / 7.0, 21),
                     .delivery = {.attempts = 1,
                                  .endpoint = "local",
                                  .model = "teacher-base",
                                  .latency = std::chrono::microseconds{41700},
                                  .charged = {NanoUsd{4300}, TokenCount{31}, 1},
                                  .unknown = {},
                                  .usage = {TokenCount{30}, TokenCount{1}},
                                  .time = some_time},
                     .tokens = {},
                     .errors = {},
                     .body = {}};
}

ScoreRecord failed_record(std::uint64_t number, FailureClass cls) {
  ScoreRecord record = score_record(number);
  record.outcome = make_failure(cls, "byte 112: the echo differs");
  return record;
}

Record random_record(Rng& rng) {
  const std::uint64_t number = rng.below(1000);
  const BudgetMarks marks{.account = number % 2 == 0 ? "" : "local",
                          .leased = {NanoUsd{5000}, TokenCount{7}, 3},
                          .spent = {NanoUsd{4000}, TokenCount{6}, 2},
                          .unknown = {NanoUsd{10}, TokenCount{1}, 1},
                          .reserved = {NanoUsd{20}, TokenCount{2}, 1},
                          .cap = BudgetCap{.money = NanoUsd{6000}, .tokens = {}, .requests = {}},
                          .time = some_time};
  switch (rng.below(8)) {
    case 0:
      return failed_record(number);
    case 1:
      return LeaseRecord{marks};
    case 2:
      return SettleRecord{marks};
    case 3:
      return NoteRecord{.topic = "stopped", .text = "a \"quoted\"\nline\x01", .time = some_time};
    default:
      return score_record(number);
  }
}

Opening opening_of(const RunId& run) {
  return {.run = run,
          .config_digest = key_from(1),
          .data_digest = key_from(2),
          .version = "0.1.0",
          .clock = [] { return some_time; },
          .on_segment = {}};
}

void write_journal(Storage& disk,
                   const RunId& run,
                   std::size_t groups,
                   std::size_t records,
                   const AppenderOptions& options) {
  auto appender = Appender::open(disk, run_path, opening_of(run), options);
  BOOST_REQUIRE(appender);
  std::uint64_t number = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<Record> batch;
    for (std::size_t i = 0; i < records; ++i) batch.emplace_back(score_record(number++));
    BOOST_REQUIRE(appender->append(batch));
  }
}

Reading read_all(Storage& disk) {
  Reading reading;
  auto reader = JournalReader::open(disk, run_path);
  BOOST_REQUIRE(reader);
  for (;;) {
    const auto record = reader->next();
    if (!record) {
      BOOST_REQUIRE(record.error().code == Errc::damaged);
      reading.is_damaged = true;
      break;
    }
    if (*record == nullptr) break;
    if (const auto* score = std::get_if<ScoreRecord>(*record)) reading.keys.push_back(score->key);
  }
  reading.report = reader->report();
  return reading;
}

}  // namespace assay::journal
