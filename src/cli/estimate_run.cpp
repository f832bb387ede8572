#include "cli/data_input.hpp"
#include "cli/draw_files.hpp"
#include "cli/estimate_input.hpp"
#include "cli/run_inputs.hpp"
#include "config/load.hpp"
#include "dataset/listing.hpp"
#include "estimate/matrix_builder.hpp"
#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"
#include "journal/results.hpp"
#include "journal/run_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::cli {

namespace {

using estimate::Missing;

// What a run's configuration says beyond its samples and policies.
struct RunWords {
  std::string logging_policy;
  config::Data data;
};

Result<RunWords> read_words(const std::filesystem::path& run) {
  constexpr std::size_t config_bytes_max = 1 << 20;  // what the loader takes
  const auto path = run / "config.yaml";
  auto text = journal::read_small_file(journal::posix_storage(), path, config_bytes_max);
  if (!text) return std::unexpected(text.error());
  config::Sources sources;
  sources.file = config::YamlFile{.name = path.string(), .text = std::move(*text)};
  auto loaded = config::load(sources);
  if (!loaded) return std::unexpected(loaded.error());
  return RunWords{loaded->config.logging_policy, loaded->config.data};
}

// Whose draws a source holds, and where the labelled ones lie that were not scored.
struct Roles {
  std::map<std::string, std::string, std::less<>> drawn_from;  // source to policy
  std::vector<dataset::DataFile> probes;
};

Result<Roles> roles_of(const config::Data& data) {
  Roles roles;
  auto listing = list_data(data);
  if (!listing) return std::unexpected(listing.error());
  for (const dataset::DataFile& file : listing->files) {
    const bool drawn = !file.policy.empty() && file.source.find('/') != std::string::npos;
    if (drawn) roles.drawn_from.emplace(file.source, file.policy);
  }
  roles.probes = std::move(listing->probes);
  return roles;
}

// What a policy of the run is to the matrix: the score of one of its policies, or a further one.
struct Column {
  std::size_t policy = 0;
  std::uint32_t replicate = 0;
};

// Takes the journal's join row by row into the matrix and the tally.
class RunReading {
 public:
  RunReading(estimate::MeasuredBuilder builder,
             report::RunTally tally,
             Roles roles,
             std::vector<Column> columns)
      : builder_(std::move(builder)),
        tally_(std::move(tally)),
        roles_(std::move(roles)),
        columns_(std::move(columns)) {}

  void take(const journal::ResultRow& result) {
    if (!result.row->has_value()) {
      if (result.policy == 0) ++tally_.bad_rows;
      count(result);
      return;
    }
    const Sample& sample = **result.row;
    if (sample.row != row_) begin(sample);
    row_ = sample.row;
    count(result);
    if (is_logged_) store(result);
  }

  // Calibration ends at 0 and 1: labels on another scale would give a number, and a wrong one.
  [[nodiscard]] const std::optional<std::string>& complaint() const { return complaint_; }

  EstimateInput finish(std::uint64_t rows, bool sealed) && {
    tally_.rows = rows;
    tally_.sealed = sealed;
    EstimateInput input{.matrix = std::move(builder_).finish(), .context = {}};
    input.context.run = std::move(tally_);
    return input;
  }

  [[nodiscard]] estimate::MeasuredBuilder& builder() { return builder_; }
  [[nodiscard]] const Roles& roles() const { return roles_; }

 private:
  void begin(const Sample& sample) {
    if (sample.oracle_label && (*sample.oracle_label < 0 || *sample.oracle_label > 1)) {
      complaint_ = fmt::format("row {} ({}): oracle_label {} is outside 0..1: normalise the labels",
                               sample.row,
                               sample.id,
                               *sample.oracle_label);
    }
    const auto role = roles_.drawn_from.find(sample.source);
    is_logged_ = role == roles_.drawn_from.end();
    if (is_logged_) {
      builder_.add_logged(sample);
    } else {
      builder_.add_fresh(role->second, sample);
    }
  }

  void store(const journal::ResultRow& result) {
    const Column column = columns_[result.policy];
    if (column.replicate > 0) return store_again(column, result);
    switch (result.status) {
      case journal::ResultStatus::ok: {
        const Score& score = *result.record->outcome.score();
        builder_.score(column.policy,
                       score.logprob.nats(),
                       score.certificate.method(),
                       score.certificate.grade());
        return;
      }
      case journal::ResultStatus::failed:
        return builder_.missing(column.policy, {Missing::Why::failed, result.failure->cls});
      case journal::ResultStatus::not_attempted:
        return builder_.missing(column.policy, {Missing::Why::not_attempted, std::nullopt});
    }
  }

  // A further score of a policy tells its noise; one that failed tells nothing.
  void store_again(Column column, const journal::ResultRow& result) {
    if (result.status != journal::ResultStatus::ok) return;
    const Score& score = *result.record->outcome.score();
    builder_.replicate(
        column.policy, score.logprob.nats(), score.certificate.method(), score.certificate.grade());
  }

  // Rows that share an answer count its attempts and its latency once.
  [[nodiscard]] bool asked_first(const journal::ResultRow& result) const {
    return result.record != nullptr && result.row->has_value() &&
           result.record->row == (*result.row)->row &&
           result.record->policy == tally_.policies[result.policy].policy;
  }

  void count(const journal::ResultRow& result) {
    report::PolicyTally& tally = tally_.policies[result.policy];
    tally.cost += result.cost;
    if (result.failure != nullptr) ++tally.failures[std::string(name_of(result.failure->cls))];
    if (asked_first(result)) {
      tally.attempts += result.record->delivery.attempts;
      if (const auto latency = result.record->delivery.latency) tally.latency.add(*latency);
    }
    switch (result.status) {
      case journal::ResultStatus::ok:
        ++tally.ok;
        ++tally.grades[static_cast<std::size_t>(
            result.record->outcome.score()->certificate.grade())];
        return;
      case journal::ResultStatus::failed:
        ++tally.failed;
        return;
      case journal::ResultStatus::not_attempted:
        ++tally.not_attempted;
        return;
    }
  }

  estimate::MeasuredBuilder builder_;
  report::RunTally tally_;
  Roles roles_;
  std::vector<Column> columns_;
  std::optional<std::uint64_t> row_;
  std::optional<std::string> complaint_;
  bool is_logged_ = false;
};

// The policy that wrote the responses: as asked, as configured, or the one called "base".
std::string logging_policy_of(const EstimateRequest& request,
                              const RunWords& words,
                              std::vector<std::string>& announcements) {
  if (!request.logging_policy.empty()) return request.logging_policy;
  if (!words.logging_policy.empty()) return words.logging_policy;
  announcements.emplace_back("no logging_policy is configured: 'base' is taken");
  return "base";
}

Status add_probes(RunReading& reading) {
  BadRowTally bad;
  for (const dataset::DataFile& file : reading.roles().probes) {
    const Status read = for_each_sample(
        file, bad, [&](const Sample& sample) { reading.builder().add_probe(file.policy, sample); });
    if (!read) return read;
  }
  return {};
}

}  // namespace

Result<EstimateInput> read_run(const EstimateRequest& request) {
  auto inputs = open_run_inputs(request.source);
  if (!inputs) return std::unexpected(inputs.error());
  auto words = read_words(request.source);
  if (!words) return std::unexpected(words.error());
  std::vector<std::string> announcements;
  const auto manifest = journal::RunDirectory::inspect(journal::posix_storage(), request.source);
  if (!manifest) return std::unexpected(manifest.error());
  if (manifest->verification == journal::unverified) {
    announcements.emplace_back(
        "unverified: the run was scored without a capability certificate of assay doctor");
  }
  estimate::MeasuredPlan plan{.logging_policy = logging_policy_of(request, *words, announcements),
                              .policies = {},
                              .grade_worst = request.grade_worst};
  report::RunTally tally{.directory = request.source.string()};
  std::vector<Column> columns;
  journal::ResultsRequest join;
  join.run = request.source;
  join.samples = inputs->samples.get();
  for (std::size_t i = 0; i < inputs->policies.size(); ++i) {
    const std::uint32_t replicate = inputs->policies[i].replicate;
    if (replicate == 0) plan.policies.push_back(inputs->policies[i].name);
    columns.push_back({plan.policies.size() - 1, replicate});
    tally.policies.push_back({.policy = inputs->policies[i].name});
    join.policies.push_back({inputs->policies[i], inputs->methods[i]});
  }
  auto builder = estimate::MeasuredBuilder::create(std::move(plan));
  if (!builder) return std::unexpected(builder.error());
  auto roles = roles_of(words->data);
  if (!roles) return std::unexpected(roles.error());
  RunReading reading(std::move(*builder), std::move(tally), std::move(*roles), std::move(columns));
  const auto counts = journal::for_each_result(
      journal::posix_storage(), join, [&](const journal::ResultRow& result) -> Status {
        reading.take(result);
        if (reading.complaint()) return fail(Errc::input, *reading.complaint());
        return {};
      });
  if (!counts) return std::unexpected(counts.error());
  if (const Status probes = add_probes(reading); !probes) return std::unexpected(probes.error());
  const auto journal = journal::verify_journal(journal::posix_storage(), request.source);
  if (!journal) return std::unexpected(journal.error());
  const std::uint64_t rows = counts->rows / std::max<std::size_t>(1, inputs->policies.size());
  EstimateInput input = std::move(reading).finish(rows, journal->is_sealed);
  input.context.announcements = std::move(announcements);
  return input;
}

}  // namespace assay::cli
