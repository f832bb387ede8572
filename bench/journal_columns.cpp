// How fast is a journal read, verified and turned into columns, against simdjson On-Demand that
// takes the same fields from the same lines in memory and verifies nothing?

#include "assay/ensure.hpp"
#include "frame/question.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"
#include "journal/score_line.hpp"
#include "made_journal.hpp"

#include <simdjson.h>

namespace {

using namespace assay;

// What an estimate takes from a line. One for all passes: growing it would be measured too.
struct Columns {
  std::vector<std::uint64_t> row;
  std::vector<double> nats;
  std::vector<std::int64_t> tokens;

  void clear() {
    row.clear();
    nats.clear();
    tokens.clear();
  }
  void add(std::uint64_t row_in, double nats_in, std::int64_t tokens_in) {
    row.push_back(row_in);
    nats.push_back(nats_in);
    tokens.push_back(tokens_in);
  }
  [[nodiscard]] std::uint64_t hash() const {
    std::uint64_t hash = row.size();
    for (std::size_t i = 0; i < row.size(); ++i) {
      hash = bench::mix(bench::mix(hash, nats[i]), row[i] + static_cast<std::uint64_t>(tokens[i]));
    }
    return hash;
  }
};

std::uint64_t verified(const std::filesystem::path& run, Columns& columns) {
  columns.clear();
  auto reader = journal::JournalReader::open(journal::posix_storage(), run);
  ensure(reader.has_value(), "the journal opens");
  for (;;) {
    const auto line = reader->next_line();
    ensure(line.has_value(), "the journal verifies");
    if (!*line) return columns.hash();
    const auto score = journal::score_line_of((*line)->text, journal::LineDepth::cost);
    if (score && score->score) {
      columns.add(score->row, score->score->logprob.nats(), score->score->tokens.value);
    }
  }
}

std::uint64_t as_records(const std::filesystem::path& run, Columns& columns) {
  columns.clear();
  auto reader = journal::JournalReader::open(journal::posix_storage(), run);
  ensure(reader.has_value(), "the journal opens");
  for (;;) {
    const auto record = reader->next();
    ensure(record.has_value(), "the journal verifies");
    if (*record == nullptr) return columns.hash();
    const auto* score = std::get_if<journal::ScoreRecord>(*record);
    if (score == nullptr || score->outcome.score() == nullptr) continue;
    columns.add(
        score->row, score->outcome.score()->logprob.nats(), score->outcome.score()->tokens.value);
  }
}

std::uint64_t unverified(simdjson::ondemand::parser& parser,
                         const simdjson::padded_string& text,
                         Columns& columns) {
  columns.clear();
  simdjson::ondemand::document_stream documents;
  ensure(parser.iterate_many(text, 1u << 20).get(documents) == simdjson::SUCCESS, "it is JSON");
  for (auto document : documents) {
    std::string_view status;
    if (document["row"].error() != simdjson::SUCCESS) continue;  // the header, the seal
    const std::uint64_t row = document["row"].get_uint64();
    if (document["status"].get(status) != simdjson::SUCCESS || status != "ok") continue;
    const double nats = document["logprob"].get_double();
    columns.add(row, nats, document["tokens"].get_int64());
  }
  return columns.hash();
}

}  // namespace

int main(int argc, char** argv) {
  const bench::MadeJournal made(200'000);
  const simdjson::padded_string text(made.text());
  simdjson::ondemand::parser parser;
  parser.threaded = false;  // a second thread's CPU would not be counted
  Columns columns;
  const auto lines = bench::lines_of(text);
  bench::Question question(
      "How fast does a journal become columns, verified, against an unverified On-Demand read?",
      {.unit = "line",
       .units = static_cast<double>(lines.size()),
       .bytes = static_cast<double>(text.size())});
  question.baseline("simdjson On-Demand, unverified",
                    [&] { return unverified(parser, text, columns); });
  question.contender(
      "score lines, verified",
      [&] { return verified(made.run(), columns); },
      {.at_most = 1 / 0.8, .aim = 1.0},
      bench::Question::Answers::as_baseline);
  question.contender(
      "whole records, verified",
      [&] { return as_records(made.run(), columns); },
      {},
      bench::Question::Answers::as_baseline);
  return question.answer(argc, argv);
}
