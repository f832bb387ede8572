#include "journal/merge.hpp"

#include "journal/new_run.hpp"
#include "journal/reader.hpp"

#include <fmt/format.h>

#include <compare>
#include <optional>
#include <tuple>

namespace assay::journal {
namespace {

// An answer in one of the runs; `order` is its place in that run's journal.
struct Answer {
  ContentKey key;
  std::uint64_t run;
  std::uint64_t order;
  LinePlace place;
  friend auto operator<=>(const Answer& a, const Answer& b) {
    return std::tie(a.key, a.run, a.order) <=> std::tie(b.key, b.run, b.order);
  }
};

// The same, in the order in which it is copied.
struct Chosen {
  std::uint64_t run;
  std::uint64_t order;
  LinePlace place;
  friend auto operator<=>(const Chosen& a, const Chosen& b) {
    return std::tie(a.run, a.order) <=> std::tie(b.run, b.order);
  }
};

// The key of an outcome, and whether it is an answer. Nothing for any other record.
struct Keyed {
  ContentKey key;
  bool is_answer;
};
std::optional<Keyed> keyed(const Record& record) {
  if (const auto* score = std::get_if<ScoreRecord>(&record)) {
    return Keyed{score->key, score->outcome.score() != nullptr};
  }
  if (const auto* text = std::get_if<TextRecord>(&record)) {
    return Keyed{text->key, text->text.has_value()};
  }
  if (const auto* judgement = std::get_if<JudgementRecord>(&record)) {
    return Keyed{judgement->key, judgement->value.has_value()};
  }
  return std::nullopt;
}

Status collect(Storage& storage,
               const std::filesystem::path& run,
               std::uint64_t number,
               ExternalSorter<Answer>& answers,
               MergeReport& report) {
  auto reader = JournalReader::open(storage, run);
  if (!reader) return std::unexpected(reader.error());
  Decoder decoder;
  for (std::uint64_t order = 0;; ++order) {
    const auto line = reader->next_line();
    if (!line) return std::unexpected(line.error());
    if (!*line) return {};
    const auto record = decoder.decode((*line)->text);
    if (!record) return std::unexpected(record.error());
    const auto outcome = keyed(*record);
    if (!outcome) continue;
    if (!outcome->is_answer) {
      ++report.failures;
      continue;
    }
    const Answer answer{
        .key = outcome->key, .run = number, .order = order, .place = place_of(**line)};
    if (Status added = answers.add(answer); !added) return added;
  }
}

// The first answer of each key.
Status choose(ExternalSorter<Answer>& answers,
              ExternalSorter<Chosen>& chosen,
              MergeReport& report) {
  if (Status sorted = answers.sort(); !sorted) return sorted;
  std::optional<ContentKey> last;
  for (;;) {
    const auto answer = answers.next();
    if (!answer) return std::unexpected(answer.error());
    if (!*answer) return chosen.sort();
    if (last == (*answer)->key) {
      ++report.duplicates;
      continue;
    }
    last = (*answer)->key;
    const Chosen entry{.run = (*answer)->run, .order = (*answer)->order, .place = (*answer)->place};
    if (Status added = chosen.add(entry); !added) return added;
  }
}

Status copy(Storage& storage,
            std::span<const std::filesystem::path> runs,
            ExternalSorter<Chosen>& chosen,
            NewRun& target) {
  std::optional<LineFetcher> fetcher;
  std::uint64_t run = 0;
  for (;;) {
    const auto next = chosen.next();
    if (!next) return std::unexpected(next.error());
    if (!*next) return {};
    if (!fetcher || (*next)->run != run) {
      run = (*next)->run;
      fetcher.emplace(storage, runs[run]);
    }
    const auto line = fetcher->fetch_line((*next)->place);
    if (!line) return std::unexpected(line.error());
    if (Status added = target.add(payload_of(*line)); !added) return added;
  }
}

}  // namespace

Result<MergeReport> merge_journals(Storage& storage,
                                   std::span<const std::filesystem::path> runs,
                                   const std::filesystem::path& to,
                                   const Copyist& copyist,
                                   SortOptions sort) {
  if (runs.empty()) return fail(Errc::usage, "name the runs to merge");
  auto target = NewRun::make(storage, runs[0], to, copyist);
  if (!target) return std::unexpected(target.error());
  MergeReport report;
  ExternalSorter<Answer> answers(to, sort);
  ExternalSorter<Chosen> chosen(to, sort);
  std::string account = "answers of";
  for (std::uint64_t number = 0; number < runs.size(); ++number) {
    account += " " + runs[number].string();
    if (Status collected = collect(storage, runs[number], number, answers, report); !collected) {
      return std::unexpected(collected.error());
    }
  }
  if (Status done = choose(answers, chosen, report); !done) return std::unexpected(done.error());
  if (Status done = copy(storage, runs, chosen, *target); !done)
    return std::unexpected(done.error());
  report.records = target->records();
  if (Status ended = target->finish("merged", std::move(account)); !ended) {
    return std::unexpected(ended.error());
  }
  return report;
}

}  // namespace assay::journal
