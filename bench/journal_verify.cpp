// How fast is a journal of 350-byte records read and verified, against XXH3 over its lines in
// memory?
//
// The baseline hashes lines that lie in memory with ends already known, by the library's own build,
// and compares nothing. The contender reads the files (from the page cache), finds the lines,
// checks each sum against the chain, each group's mark and the seal.

#include "assay/ensure.hpp"
#include "frame/question.hpp"
#include "journal/chain.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"
#include "journal/xxh3.hpp"
#include "made_journal.hpp"

#include <xxhash.h>

int main(int argc, char** argv) {
  using namespace assay;
  constexpr std::uint64_t records = 200'000;
  const bench::MadeJournal made(records);
  const std::string text = made.text();
  const std::vector<std::string_view> lines = bench::lines_of(text);

  const auto verify = [&made] {
    const auto report = journal::verify_journal(journal::posix_storage(), made.run());
    ensure(report && !report->damage && report->is_sealed, "the journal verifies");
    return bench::mix(report->lines, report->bytes_valid);
  };
  const auto sum_all = [&lines](auto sum) {
    return [&lines, sum] {
      std::uint64_t hash = 0;
      for (const std::string_view line : lines) hash = bench::mix(hash, sum(line));
      return hash;
    };
  };

  bench::Question question("How fast is a journal read and verified, against XXH3 over its lines?",
                           {.unit = "line",
                            .units = static_cast<double>(lines.size()),
                            .bytes = static_cast<double>(text.size())});
  question.baseline("XXH3 of libxxhash", sum_all([](std::string_view line) {
                      return XXH3_64bits_withSeed(line.data(), line.size(), 7);
                    }));
  question.contender("XXH3 as the journal calls it",
                     sum_all([](std::string_view line) { return journal::xxh3(line, 7); }),
                     {},
                     bench::Question::Answers::as_baseline);
  question.contender("verify_journal", verify, {.at_most = 1 / 0.8, .aim = 1.0});
  return question.answer(argc, argv);
}
