#include "journal/results.hpp"

#include "assay/ensure.hpp"
#include "core/key_batch.hpp"
#include "journal/atomic_file.hpp"
#include "journal/reader.hpp"
#include "journal/run_directory.hpp"
#include "journal/score_line.hpp"

#include <array>
#include <compare>
#include <optional>
#include <tuple>

namespace assay::journal {
namespace {

// An item of the plan: row x policies + policy.
struct Item {
  ContentKey key;
  std::uint64_t ordinal;
  friend auto operator<=>(const Item&, const Item&) = default;
};

// A score record of the journal; `order` is its place in the whole journal.
struct Found {
  ContentKey key;
  std::uint64_t order;
  LinePlace place;
  std::int64_t cost_nanos;
  std::uint64_t is_ok;
  friend auto operator<=>(const Found& a, const Found& b) {
    return std::tie(a.key, a.order) <=> std::tie(b.key, b.order);
  }
};

// An item with the record that counts for it.
struct Joined {
  std::uint64_t ordinal;
  LinePlace place;
  std::int64_t cost_nanos;  // 0 unless this item paid
  friend auto operator<=>(const Joined& a, const Joined& b) { return a.ordinal <=> b.ordinal; }
};

std::vector<ContentKey> columns_of(std::span<const ScoredPolicy> policies) {
  std::vector<ContentKey> columns;
  for (const auto& [policy, method] : policies) columns.push_back(column_of(policy, method));
  return columns;
}

std::unexpected<Error> data_changed() {
  return fail(Errc::input, "the data set changed while it was being joined; try again");
}

class Join {
 public:
  Join(Storage& storage, const ResultsRequest& request)
      : storage_(storage),
        request_(request),
        items_(request.run, request.sort),
        found_(request.run, request.sort),
        joined_(request.run, request.sort),
        columns_(columns_of(request.policies)),
        known_keys_(request.keys, columns_) {
    if (request.keys != nullptr) return;
    const auto manifest = RunDirectory::inspect(storage, request.run);
    made_keys_.emplace(request.run, columns_, manifest ? manifest->run : RunId{});
  }

  Status prepare() {
    if (Status read = read_samples(); !read) return read;
    if (made_keys_) known_keys_ = ShelfReader(&*made_keys_, columns_);
    if (Status read = read_journal(); !read) return read;
    if (Status sorted = items_.sort(); !sorted) return sorted;
    if (Status sorted = found_.sort(); !sorted) return sorted;
    if (Status merged = merge(); !merged) return merged;
    return joined_.sort();
  }

  Result<ResultCounts> stream(const std::function<Status(const ResultRow&)>& take);

 private:
  Status read_samples();
  Status add_items(KeyBatch& batch);
  Status read_journal();
  Status merge();
  // The record that counts for the key of `head`, and what all its records cost; moves `head` on to
  // the next key.
  Result<Found> settle_key(std::optional<Found>& head);
  [[nodiscard]] ContentKey key_of(const Sample& sample, std::size_t policy);
  // Gives the row its record, the next one of the join.
  Status attach(ResultRow& result);
  Status give(const Row& row,
              std::size_t policy,
              const std::function<Status(const ResultRow&)>& take);

  Storage& storage_;
  const ResultsRequest& request_;
  ExternalSorter<Item> items_;
  ExternalSorter<Found> found_;
  ExternalSorter<Joined> joined_;
  std::vector<ContentKey> columns_;
  std::optional<KeyShelf> made_keys_;  // in the first pass, where none were given
  ShelfReader known_keys_;
  std::optional<Joined> next_;
  std::optional<LineFetcher> fetcher_;
  std::uint64_t ordinal_ = 0;
  ResultCounts counts_;
};

Status Join::read_samples() {
  if (Status rewound = request_.samples->rewind(); !rewound) return rewound;
  KeyBatch batch;
  std::uint64_t ordinal = 0;
  for (std::uint64_t number = 0;; ++number) {
    const auto row = request_.samples->next();
    if (!row) return std::unexpected(row.error());
    if (*row == nullptr) return add_items(batch);
    if (made_keys_) {
      if (Status added = made_keys_->add_row(**row); !added) return added;
    }
    known_keys_.start_row(number, **row);
    for (std::size_t column = 0; column < request_.policies.size(); ++column) {
      const std::uint64_t here = ordinal++;
      if (!**row) continue;
      if (const ContentKey* const known = known_keys_.find(column)) {
        if (Status added = items_.add({.key = *known, .ordinal = here}); !added) return added;
        continue;
      }
      const ScoredPolicy& asked = request_.policies[column];
      batch.add(here, asked.policy, ***row, asked.method);
      if (!batch.is_full()) continue;
      if (Status added = add_items(batch); !added) return added;
    }
  }
}

Status Join::add_items(KeyBatch& batch) {
  for (const auto& [ordinal, key] : batch.take()) {
    if (made_keys_) {
      if (Status added = made_keys_->add(ordinal, key); !added) return added;
    }
    if (Status added = items_.add({.key = key, .ordinal = ordinal}); !added) return added;
  }
  return {};
}

// What the join needs of a line, its place apart; nothing when it is no score's.
Result<std::optional<Found>> found_in(std::string_view text, Decoder& decoder) {
  const auto found = [](const ContentKey& key, NanoUsd cost, bool is_ok) {
    return Found{
        .key = key, .order = 0, .place = {}, .cost_nanos = cost.nanos(), .is_ok = is_ok ? 1u : 0u};
  };
  if (const auto line = score_line_of(text, LineDepth::cost)) {
    if (line->purpose != Purpose::score) return std::nullopt;
    return found(line->key, line->charged.money, line->score.has_value());
  }
  const auto record = decoder.decode(text);
  if (!record) return std::unexpected(record.error());
  const ScoreRecord* score = std::get_if<ScoreRecord>(&*record);
  if (score == nullptr || score->purpose != Purpose::score) return std::nullopt;
  return found(score->key, score->delivery.charged.money, score->outcome.score() != nullptr);
}

Status Join::read_journal() {
  auto reader = JournalReader::open(storage_, request_.run);
  if (!reader) return std::unexpected(reader.error());
  Decoder decoder;
  for (std::uint64_t order = 0;; ++order) {
    const auto line = reader->next_line();
    if (!line) return std::unexpected(line.error());
    if (!*line) return {};
    auto found = found_in((*line)->text, decoder);
    if (!found) return std::unexpected(found.error());
    if (!*found) continue;
    (*found)->order = order;
    (*found)->place = place_of(**line);
    if (Status added = found_.add(**found); !added) return added;
  }
}

Result<Found> Join::settle_key(std::optional<Found>& head) {
  Found best = *head;
  NanoUsd cost{best.cost_nanos};
  for (;;) {
    auto next = found_.next();
    if (!next) return std::unexpected(next.error());
    head = *next;
    if (!head || head->key != best.key) break;
    cost += NanoUsd{head->cost_nanos};
    if (head->is_ok >= best.is_ok) best = *head;  // a later ok, or a later failure for a failure
  }
  best.cost_nanos = cost.nanos();
  return best;
}

Status Join::merge() {
  auto head = found_.next();
  std::optional<Found> best;
  for (;;) {
    const auto item = items_.next();
    if (!item) return std::unexpected(item.error());
    if (!*item) return {};
    while (head && *head && (*head)->key <= (*item)->key && (!best || best->key < (*item)->key)) {
      auto settled = settle_key(*head);
      if (!settled) return std::unexpected(settled.error());
      best = *settled;
    }
    if (!head) return std::unexpected(head.error());
    if (!best || best->key != (*item)->key) continue;
    const Joined joined{
        .ordinal = (*item)->ordinal, .place = best->place, .cost_nanos = best->cost_nanos};
    best->cost_nanos = 0;  // the first row has paid
    if (Status added = joined_.add(joined); !added) return added;
  }
}

ContentKey Join::key_of(const Sample& sample, std::size_t policy) {
  if (const ContentKey* const known = known_keys_.find(policy)) return *known;
  const ScoredPolicy& asked = request_.policies[policy];
  return content_key(asked.policy, sample, asked.method);
}

// The record was found for the text that stood here in the first pass.
Status Join::attach(ResultRow& result) {
  const auto record = fetcher_->fetch(next_->place);
  if (!record) return std::unexpected(record.error());
  result.record = std::get_if<ScoreRecord>(*record);
  ensure(result.record != nullptr, "a place in the join is a score record's");
  if (result.record->key != *result.key) return data_changed();
  result.failure = result.record->outcome.failure();
  result.status = result.failure == nullptr ? ResultStatus::ok : ResultStatus::failed;
  result.cost = NanoUsd{next_->cost_nanos};
  auto next = joined_.next();
  if (!next) return std::unexpected(next.error());
  next_ = *next;
  return {};
}

Status Join::give(const Row& row,
                  std::size_t policy,
                  const std::function<Status(const ResultRow&)>& take) {
  ResultRow result;
  result.row = &row;
  result.policy = policy;
  const std::uint64_t ordinal = ordinal_++;
  std::optional<Failure> failure;
  ContentKey key;
  if (!row) {
    result.status = ResultStatus::failed;
    result.failure =
        &failure.emplace(make_failure(FailureClass::invalid_input, row.error().reason));
  } else {
    key = key_of(*row, policy);
    result.key = &key;
    result.failure = &request_.not_attempted;
    if (next_ && next_->ordinal == ordinal) {
      if (Status attached = attach(result); !attached) return attached;
    }
  }
  ++counts_.rows;
  counts_.ok += result.status == ResultStatus::ok ? 1 : 0;
  counts_.failed += result.status == ResultStatus::failed ? 1 : 0;
  counts_.not_attempted += result.status == ResultStatus::not_attempted ? 1 : 0;
  return take(result);
}

Result<ResultCounts> Join::stream(const std::function<Status(const ResultRow&)>& take) {
  fetcher_.emplace(storage_, request_.run);
  auto first = joined_.next();
  if (!first) return std::unexpected(first.error());
  next_ = *first;
  if (Status rewound = request_.samples->rewind(); !rewound)
    return std::unexpected(rewound.error());
  for (std::uint64_t number = 0;; ++number) {
    const auto row = request_.samples->next();
    if (!row) return std::unexpected(row.error());
    if (*row == nullptr) break;
    known_keys_.start_row(number, **row);
    if (!**row) ++counts_.bad_rows;
    for (std::size_t policy = 0; policy < request_.policies.size(); ++policy) {
      if (Status given = give(**row, policy, take); !given) return std::unexpected(given.error());
    }
  }
  if (next_) return data_changed();
  return counts_;
}

}  // namespace

std::string_view name_of(ResultStatus status) {
  constexpr std::array<std::string_view, 3> names{"ok", "failed", "not_attempted"};
  return names[static_cast<std::size_t>(status)];
}

Result<ResultCounts> for_each_result(Storage& storage,
                                     const ResultsRequest& request,
                                     const std::function<Status(const ResultRow&)>& take) {
  Join join(storage, request);
  if (Status prepared = join.prepare(); !prepared) return std::unexpected(prepared.error());
  return join.stream(take);
}

Result<ResultCounts> write_results(Storage& storage,
                                   const ResultsRequest& request,
                                   const std::filesystem::path& folder,
                                   const std::function<Status(const ResultRow&)>& also) {
  auto results = AtomicFile::begin(storage, folder / "results.jsonl");
  if (!results) return std::unexpected(results.error());
  auto failures = AtomicFile::begin(storage, folder / "failures.jsonl");
  if (!failures) return std::unexpected(failures.error());
  auto table = AtomicFile::begin(storage, folder / "results.csv");
  if (!table) return std::unexpected(table.error());
  if (Status begun = table->append(result_csv_header()); !begun)
    return std::unexpected(begun.error());
  std::string json;
  std::string csv;
  const auto counts = for_each_result(storage, request, [&](const ResultRow& row) -> Status {
    if (also) {
      if (Status taken = also(row); !taken) return taken;
    }
    const ScoredPolicy& asked = request.policies[row.policy];
    json.clear();
    csv.clear();
    append_result(json, csv, row, asked.policy, asked.method);
    const bool left_out =
        row.status == ResultStatus::failed && request.failed == ResultsRequest::Failed::left_out;
    if (!left_out) {
      if (Status added = results->append(json); !added) return added;
    }
    if (row.status != ResultStatus::ok) {
      if (Status added = failures->append(json); !added) return added;
    }
    if (left_out) return {};
    return table->append(csv);
  });
  if (!counts) return counts;
  for (AtomicFile* file : {&*results, &*failures, &*table}) {
    if (Status done = file->commit(); !done) return std::unexpected(done.error());
  }
  return counts;
}

}  // namespace assay::journal
