#include "journal/results.hpp"

#include "journal/appender.hpp"
#include "journal/atomic_file.hpp"
#include "journal/builders.hpp"
#include "journal/posix_storage.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace assay;
using namespace assay::journal;

namespace {

// Rows held in memory.
class Rows final : public SampleSource {
 public:
  explicit Rows(std::vector<Row> rows) : rows_(std::move(rows)) {}
  Result<const Row*> next() override {
    if (at_ == rows_.size()) return nullptr;
    return &rows_[at_++];
  }
  Status rewind() override {
    at_ = 0;
    return {};
  }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
  std::size_t at_ = 0;
};

// Rows that are others from the second pass on.
class EditedRows final : public SampleSource {
 public:
  EditedRows(std::vector<Row> first, std::vector<Row> later)
      : first_(std::move(first)), later_(std::move(later)) {}
  Result<const Row*> next() override { return (passes_ < 2 ? first_ : later_).next(); }
  Status rewind() override {
    ++passes_;
    if (Status rewound = first_.rewind(); !rewound) return rewound;
    return later_.rewind();
  }

 private:
  Rows first_;
  Rows later_;
  int passes_ = 0;
};

Row sample_row(std::uint64_t row, std::string prompt, std::string id = "id") {
  Sample sample;
  sample.row = row;
  sample.id = std::move(id);
  sample.source = "logged_data";
  sample.prompt = std::move(prompt);
  sample.response = "response";
  return sample;
}

Row bad_row(std::uint64_t row) {
  return std::unexpected(BadRow{.row = row,
                                .id = "",
                                .source = "logged_data",
                                .file = "a.jsonl",
                                .line = row + 1,
                                .reason = "field \"prompt\" is missing; add it"});
}

ScoredPolicy policy_named(std::string name) {
  ScoredPolicy scored;
  scored.policy.name = name;
  scored.policy.weights = "weights of " + name;
  return scored;
}

ScoreRecord record_of(const ScoredPolicy& asked, const Row& row, std::uint64_t number) {
  ScoreRecord record = score_record(number);
  record.key = content_key(asked.policy, *row, asked.method);
  record.policy = asked.policy.name;
  record.row = row->row;
  return record;
}

// A run in a real folder, with these records in groups of three.
void write_run(const std::filesystem::path& run, const std::vector<Record>& records) {
  auto appender =
      Appender::open(posix_storage(), run, opening_of(run_id_from(1)), {.reserve_bytes = 0});
  BOOST_REQUIRE(appender);
  for (std::size_t at = 0; at < records.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, records.size() - at);
    BOOST_REQUIRE(appender->append(std::span(records).subspan(at, count)));
  }
  BOOST_REQUIRE(appender->close());
}

std::string file_text(const std::filesystem::path& path) {
  auto text = read_small_file(posix_storage(), path, 1 << 20);
  BOOST_REQUIRE(text);
  return *text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(results)

BOOST_AUTO_TEST_CASE(rows_have_the_names_and_order_that_others_rely_on) {
  const TempFolder folder;
  Rows rows({sample_row(0, "a", "arena_1"),
             sample_row(1, "b", "=cmd"),
             bad_row(2),
             sample_row(3, "a", "again")});
  const ScoredPolicy base = policy_named("base");
  ScoreRecord ok = record_of(base, rows.rows()[0], 0);
  ok.outcome = score_of(-14.72, 21);
  ScoreRecord failed = record_of(base, rows.rows()[1], 1);
  failed.outcome = make_failure(FailureClass::echo_mismatch, "byte 112: \"x\", not \"y\"");
  failed.delivery.attempts = 3;
  write_run(folder.path(), {ok, failed});

  const auto counts = write_results(
      posix_storage(), {.run = folder.path(), .samples = &rows, .policies = {base}}, folder.path());

  BOOST_REQUIRE(counts);
  BOOST_CHECK((*counts ==
               ResultCounts{.rows = 4, .ok = 2, .failed = 2, .not_attempted = 0, .bad_rows = 1}));
  const std::string json = file_text(folder.path() / "results.jsonl");
  const std::string first =
      R"({"row":0,"id":"arena_1","source":"logged_data","draw_idx":0,"policy":"base","status":"ok",)"
      R"("logprob":-14.72,"tokens":21,"method":"echo","grade":"A","boundary":"exact","failure":null,)"
      R"("attempts":1,"endpoint":"local","model":"teacher-base","latency_ms":41.7,"cost_nanousd":4300,)"
      R"("key":")" +
      to_hex(ok.key) + "\"}\n";
  const std::string second =
      R"({"row":1,"id":"=cmd","source":"logged_data","draw_idx":0,"policy":"base","status":"failed",)"
      R"("logprob":null,"tokens":null,"method":"echo","grade":null,"boundary":null,)"
      R"("failure":{"class":"echo_mismatch","reason":"byte 112: \"x\", not \"y\""},)"
      R"("attempts":3,"endpoint":"local","model":"teacher-base","latency_ms":41.7,"cost_nanousd":4300,)"
      R"("key":")" +
      to_hex(failed.key) + "\"}\n";
  const std::string third =
      R"({"row":2,"id":"","source":"logged_data","draw_idx":0,"policy":"base","status":"failed",)"
      R"("logprob":null,"tokens":null,"method":"echo","grade":null,"boundary":null,)"
      R"("failure":{"class":"invalid_input","reason":"field \"prompt\" is missing; add it"},)"
      R"("attempts":0,"endpoint":null,"model":null,"latency_ms":null,"cost_nanousd":0,"key":null})"
      "\n";
  BOOST_CHECK_EQUAL(json.substr(0, first.size()), first);
  BOOST_CHECK_EQUAL(json.substr(first.size(), second.size()), second);
  BOOST_CHECK_EQUAL(json.substr(first.size() + second.size(), third.size()), third);
  // The fourth row has the first one's text: joined, and paid for already.
  BOOST_CHECK(json.find("\"row\":3,\"id\":\"again\"") != std::string::npos);
  BOOST_CHECK(json.ends_with("\"cost_nanousd\":0,\"key\":\"" + to_hex(ok.key) + "\"}\n"));
  BOOST_CHECK_EQUAL(file_text(folder.path() / "failures.jsonl"), second + third);
  const std::string csv = file_text(folder.path() / "results.csv");
  BOOST_CHECK(csv.starts_with(result_csv_header()));
  BOOST_CHECK(csv.find("\r\n0,arena_1,logged_data,0,base,ok,-14.72,21,echo,A,exact,,,1,local,") !=
              std::string::npos);
  BOOST_CHECK(csv.find("\r\n1,'=cmd,logged_data,0,base,failed,,,echo,,,echo_mismatch,"
                       "\"byte 112: \"\"x\"\", not \"\"y\"\"\",3,") != std::string::npos);
}

// RFC 4180: a text that holds a comma, a quote or a line's end stands in quotes, its own doubled.
// (The first character is left alone: it might make a formula.)
BOOST_AUTO_TEST_CASE(a_cell_is_quoted_wherever_it_holds_what_would_end_it) {
  const ScoredPolicy base = policy_named("base");
  for (const std::size_t size : {2, 8, 16, 17, 40}) {
    for (std::size_t at = 1; at < size; ++at) {
      for (const char special : {',', '"', '\r', '\n', '.'}) {
        std::string id(size, 'x');
        id[at] = special;
        const Row row = sample_row(0, "a", id);
        ResultRow result;
        result.row = &row;
        std::string json;
        std::string csv;

        append_result(json, csv, result, base.policy, base.method);

        std::string cell = id;
        if (special == '"') cell.insert(at, 1, '"');
        if (special != '.') cell = '"' + cell + '"';
        BOOST_REQUIRE_EQUAL(csv.substr(0, cell.size() + 3), "0," + cell + ",");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_later_ok_replaces_a_failure_and_never_the_reverse) {
  const TempFolder folder;
  Rows rows({sample_row(0, "a"), sample_row(1, "b"), sample_row(2, "c")});
  const ScoredPolicy base = policy_named("base");
  ScoreRecord failed[3] = {record_of(base, rows.rows()[0], 0),
                           record_of(base, rows.rows()[1], 1),
                           record_of(base, rows.rows()[2], 2)};
  for (ScoreRecord& record : failed) record.outcome = make_failure(FailureClass::timeout, "first");
  ScoreRecord late = failed[2];
  late.outcome = make_failure(FailureClass::server_error, "second");
  write_run(folder.path(),
            {failed[0],
             record_of(base, rows.rows()[0], 10),
             record_of(base, rows.rows()[1], 11),
             failed[1],
             failed[2],
             late});
  std::vector<std::string> seen;

  const auto counts =
      for_each_result(posix_storage(),
                      {.run = folder.path(), .samples = &rows, .policies = {base}},
                      [&seen](const ResultRow& row) -> Status {
                        seen.emplace_back(row.failure == nullptr ? "ok" : row.failure->reason);
                        BOOST_CHECK_EQUAL(row.cost.nanos(), 8600);  // both records were paid for
                        return {};
                      });

  BOOST_REQUIRE(counts);
  BOOST_CHECK((seen == std::vector<std::string>{"ok", "ok", "second"}));
}

// The data set was edited while the run went on: with the keys of the plan or without, a record
// goes to the text it was made of.
BOOST_AUTO_TEST_CASE(keys_that_are_known_already_change_nothing) {
  const TempFolder folder;
  const ScoredPolicy base = policy_named("base");
  const std::vector<Row> planned{
      sample_row(0, "a"), sample_row(1, "b"), bad_row(2), sample_row(3, "c"), sample_row(4, "d")};
  KeyShelf shelf(folder.path(), {column_of(base.policy, base.method)});
  for (const Row& row : planned) {
    BOOST_REQUIRE(shelf.add_row(row));
    if (row) BOOST_REQUIRE(shelf.add(row->row, content_key(base.policy, *row, base.method)));
  }
  write_run(folder.path(),
            {record_of(base, planned[0], 0),
             record_of(base, planned[1], 1),
             record_of(base, planned[3], 2)});
  Rows edited({planned[0], sample_row(1, "B"), sample_row(2, "b"), bad_row(3), planned[4]});
  std::vector<std::string> seen;
  for (const KeyShelf* keys :
       {static_cast<const KeyShelf*>(nullptr), static_cast<const KeyShelf*>(&shelf)}) {
    std::string all;
    const auto counts = for_each_result(
        posix_storage(),
        {.run = folder.path(), .samples = &edited, .policies = {base}, .keys = keys},
        [&all](const ResultRow& row) -> Status {
          all += std::string(name_of(row.status)) +
                 (row.key == nullptr ? "" : " " + to_hex(*row.key)) + "\n";
          return {};
        });
    BOOST_REQUIRE(counts);
    BOOST_TEST(counts->ok == 2U);
    BOOST_TEST(counts->not_attempted == 2U);
    seen.push_back(all);
  }
  BOOST_TEST(seen[0] == seen[1]);
}

BOOST_AUTO_TEST_CASE(no_record_goes_to_a_text_that_came_between_the_passes) {
  const TempFolder folder;
  const ScoredPolicy base = policy_named("base");
  const std::vector<Row> rows{sample_row(0, "a"), sample_row(1, "b"), sample_row(2, "c")};
  KeyShelf shelf(folder.path(), {column_of(base.policy, base.method)});
  std::vector<Record> records;
  for (const Row& row : rows) {
    BOOST_REQUIRE(shelf.add_row(row));
    BOOST_REQUIRE(shelf.add(row->row, content_key(base.policy, *row, base.method)));
    records.emplace_back(record_of(base, row, row->row));
  }
  write_run(folder.path(), records);
  const std::vector<std::vector<Row>> edits{{rows[0], rows[1], sample_row(2, "other")},
                                            {rows[1], rows[0], rows[2]},
                                            {rows[0], bad_row(1), rows[2]},
                                            {sample_row(0, "more"), rows[0], rows[1], rows[2]},
                                            {rows[0], rows[1]},
                                            rows};
  for (const auto& edit : edits) {
    for (const KeyShelf* const keys :
         {static_cast<const KeyShelf*>(nullptr), static_cast<const KeyShelf*>(&shelf)}) {
      EditedRows edited(rows, edit);
      const auto counts = for_each_result(
          posix_storage(),
          {.run = folder.path(), .samples = &edited, .policies = {base}, .keys = keys},
          [](const ResultRow& row) -> Status {
            if (row.record != nullptr) BOOST_CHECK(row.record->key == *row.key);
            return {};
          });
      BOOST_REQUIRE_EQUAL(counts.has_value(), &edit == &edits.back());
      if (!counts) BOOST_CHECK(counts.error().code == Errc::input);
    }
  }
}

BOOST_AUTO_TEST_CASE(in_tiny_memory_it_agrees_with_a_map) {
  const std::uint64_t seed = 20260719;
  BOOST_TEST_MESSAGE("seed " << seed);
  Rng rng(seed);
  for (int round = 0; round < 15; ++round) {
    const TempFolder folder;
    const std::vector<ScoredPolicy> policies{
        policy_named("base"), policy_named("terse"), policy_named("other")};
    std::vector<Row> list;
    for (std::uint64_t i = 0; i < 80; ++i) {
      list.push_back(rng.below(12) == 0 ? bad_row(i)
                                        : sample_row(i, std::to_string(rng.below(40))));
    }
    Rows rows(list);
    std::vector<Record> records;
    std::map<ContentKey, ScoreRecord> best;
    std::int64_t paid = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
      const Row& row = list[rng.below(list.size())];
      if (!row) continue;
      ScoreRecord record = record_of(policies[rng.below(2)], row, i);
      if (rng.below(2) == 0)
        record.outcome = make_failure(FailureClass::timeout, std::to_string(i));
      const auto known = best.find(record.key);
      const bool stays = known != best.end() && known->second.outcome.score() != nullptr &&
                         record.outcome.score() == nullptr;
      if (!stays) best.insert_or_assign(record.key, record);
      paid += record.delivery.charged.money.nanos();
      records.emplace_back(std::move(record));
    }
    write_run(folder.path(), records);
    std::uint64_t at = 0;
    std::int64_t cost = 0;

    const auto counts = for_each_result(
        posix_storage(),
        {.run = folder.path(),
         .samples = &rows,
         .policies = policies,
         .sort = {.buffer_bytes = 300, .fan_in = 3}},
        [&](const ResultRow& row) -> Status {
          BOOST_REQUIRE_EQUAL(row.policy, at % policies.size());
          const Row& expected_row = list[at++ / policies.size()];
          BOOST_REQUIRE_EQUAL(row.row->has_value(), expected_row.has_value());
          cost += row.cost.nanos();
          if (!expected_row) {
            BOOST_REQUIRE(row.failure->cls == FailureClass::invalid_input);
            return {};
          }
          const ScoredPolicy& asked = policies[row.policy];
          const auto known = best.find(content_key(asked.policy, *expected_row, asked.method));
          BOOST_REQUIRE_EQUAL(row.record != nullptr, known != best.end());
          if (row.record != nullptr) BOOST_REQUIRE(*row.record == known->second);
          if (row.record == nullptr) BOOST_REQUIRE(row.status == ResultStatus::not_attempted);
          return {};
        });

    BOOST_REQUIRE(counts);
    BOOST_REQUIRE_EQUAL(counts->rows, list.size() * policies.size());
    BOOST_REQUIRE_EQUAL(counts->ok + counts->failed + counts->not_attempted, counts->rows);
    BOOST_REQUIRE_EQUAL(cost, paid);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_journal_gives_no_results) {
  const TempFolder folder;
  Rows rows({sample_row(0, "a"), sample_row(1, "b")});
  const ScoredPolicy base = policy_named("base");
  write_run(
      folder.path(),
      {record_of(base, rows.rows()[0], 0), score_record(1), score_record(2), score_record(3)});
  const auto path = folder.path() / "journal" / "000001.jsonl";
  std::string bytes = file_text(path);
  bytes[bytes.size() / 3] ^= 1;
  BOOST_REQUIRE(write_file_atomically(posix_storage(), path, bytes));

  const auto counts = write_results(
      posix_storage(), {.run = folder.path(), .samples = &rows, .policies = {base}}, folder.path());

  BOOST_REQUIRE(!counts);
  BOOST_CHECK(counts.error().code == Errc::damaged);
  BOOST_CHECK(!std::filesystem::exists(folder.path() / "results.jsonl"));
}

BOOST_AUTO_TEST_SUITE_END()
