#include "crawl/work_measure.hpp"

#include "crawl/canary_history.hpp"
#include "crawl/scoring_call.hpp"
#include "crawl/terms.hpp"
#include "crawl/work_source.hpp"
#include "journal/reader.hpp"
#include "wire/template.hpp"

#include <algorithm>
#include <map>

namespace assay::crawl {
namespace {

constexpr std::size_t batch = 256;

// All requests of one item.
struct Effort {
  TokenBound bound;
  std::int64_t requests = 1;
};

// Nothing for one that is refused unsent.
std::optional<Effort> effort_of(const RunSpec& spec, const Work& work) {
  if (wire::takes_course(spec.policies[work.policy].method)) {
    const wire::Course course = course_of(spec, work);
    if (course.objection()) return std::nullopt;
    return Effort{.bound = course.bound_of_all(), .requests = course.requests_of_all()};
  }
  const ScoringCall call(spec, work);
  if (call.objection()) return std::nullopt;
  return Effort{.bound = call.worst_case()};
}

void add(const RunSpec& spec, const Work& work, PolicyWork& sum) {
  if (!work.rendered()) {
    ++sum.unsent;
    return;
  }
  const auto effort = effort_of(spec, work);
  if (!effort) {
    ++sum.unsent;
    return;
  }
  const TokenBound& bound = effort->bound;
  ++sum.items;
  sum.requests += static_cast<std::uint64_t>(effort->requests);
  sum.text_bytes += static_cast<std::int64_t>(work.rendered()->text.size());
  sum.bound.input += bound.input;
  sum.bound.output += bound.output;
  sum.largest = std::max(sum.largest, bound.input + bound.output);
}

// The canaries' rounds, where the run is watched.
void add_canaries(const RunSpec& spec,
                  const std::vector<PolicyForm>& forms,
                  std::vector<PolicyWork>& sums) {
  std::uint64_t rows = 0;
  for (const PolicyWork& sum : sums) rows += sum.items + sum.unsent;
  const std::uint64_t rounds = canary_rounds(spec.canaries->rhythm, rows);
  for (const std::uint32_t policy : watched_policies(spec)) {
    PolicyWork round;
    for (std::uint32_t canary = 0; canary < doctor::canary_samples().size(); ++canary) {
      const CanaryCall call{.policy = policy, .canary = canary, .replicate = 0};
      add(spec, canary_work(call, canary, spec.policies[policy], forms[policy]), round);
    }
    PolicyWork& sum = sums[policy];
    const auto times = static_cast<std::int64_t>(rounds);
    sum.items += rounds * round.items;
    sum.requests += rounds * round.requests;
    sum.canaries += rounds * round.requests;
    sum.text_bytes += times * round.text_bytes;
    sum.bound.input.value += times * round.bound.input.value;
    sum.bound.output.value += times * round.bound.output.value;
    sum.largest = std::max(sum.largest, round.largest);
  }
}

struct Answered {
  std::int64_t tokens = 0;
  std::uint64_t row = 0;
};
using Answers = std::map<ContentKey, Answered>;

// The first answers of the journal that state their usage.
Result<Answers> read_answers(journal::JournalReader& reader, ObservedUsage& observed) {
  Answers answers;
  while (answers.size() < usage_answers_max) {
    auto record = reader.next();
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) break;
    const auto* score = std::get_if<journal::ScoreRecord>(*record);
    if (score == nullptr || score->outcome.score() == nullptr) continue;
    if (score->delivery.latency) {
      ++observed.timed;
      observed.latency += *score->delivery.latency;
    }
    if (const auto input = score->delivery.usage.input)
      answers.emplace(score->key, Answered{.tokens = input->value, .row = score->row});
  }
  return answers;
}

}  // namespace

Result<std::vector<PolicyWork>> measure_work(const RunSpec& spec,
                                             SampleSource& samples,
                                             journal::Bitmap to_do) {
  if (auto rewound = samples.rewind(); !rewound) return std::unexpected(rewound.error());
  std::vector<PolicyWork> sums(spec.policies.size());
  WorkSource source(samples, spec.policies, forms_of(spec), std::move(to_do));
  std::vector<Work> taken;
  do {
    taken.clear();
    if (auto status = source.take(batch, taken); !status) return std::unexpected(status.error());
    for (const Work& work : taken) add(spec, work, sums[work.policy]);
  } while (taken.size() == batch);
  if (spec.canaries) add_canaries(spec, forms_of(spec), sums);
  return sums;
}

Result<ObservedUsage> observe_usage(journal::Storage& storage,
                                    const RunSpec& spec,
                                    SampleSource& samples) {
  ObservedUsage observed;
  if (!journal::RunDirectory::inspect(storage, spec.directory)) return observed;
  auto reader = journal::JournalReader::open(storage, spec.directory);
  if (!reader) return std::unexpected(reader.error());
  const auto answers = read_answers(*reader, observed);
  if (!answers) return std::unexpected(answers.error());
  std::uint64_t row_last = 0;
  for (const auto& [key, answered] : *answers) row_last = std::max(row_last, answered.row);
  const std::vector<PolicyForm> forms = forms_of(spec);
  if (auto rewound = samples.rewind(); !rewound) return std::unexpected(rewound.error());
  for (std::uint64_t at = 0; at <= row_last && !answers->empty(); ++at) {
    auto row = samples.next();
    if (!row) return std::unexpected(row.error());
    if (*row == nullptr) break;
    if (!(*row)->has_value()) continue;
    for (std::size_t i = 0; i < spec.policies.size(); ++i) {
      const Policy& policy = spec.policies[i];
      const auto answered = answers->find(content_key(policy, ***row, policy.method));
      if (answered == answers->end() || answered->second.row != at) continue;
      const auto rendered =
          wire::render(forms[i].form, policy.system_prompt, ***row, forms[i].options);
      if (!rendered) continue;
      ++observed.answers;
      observed.tokens += answered->second.tokens;
      observed.bytes += static_cast<std::int64_t>(rendered->text.size());
    }
  }
  return observed;
}

}  // namespace assay::crawl
