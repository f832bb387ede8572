#include "cli/demo_proof.hpp"

#include "cli/run_inputs.hpp"
#include "doctor/canary.hpp"
#include "journal/posix_storage.hpp"
#include "journal/results.hpp"
#include "teacher/language.hpp"
#include "teacher/scoring.hpp"
#include "wire/template.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <set>
#include <unistd.h>
#include <unordered_set>

namespace assay::cli {
namespace {

constexpr double tolerance_nats = 1e-9;
constexpr std::uint32_t attempts_foretold = 5;  // as many as the client makes at most

class Prover {
 public:
  Prover(const std::vector<Policy>& policies, const teacher::FaultPlan& faults)
      : policies_(policies), faults_(faults) {}

  Status add(const journal::ResultRow& result) {
    if (!result.row->has_value()) return ++proof_.failed_otherwise, Status{};
    const Sample& sample = **result.row;
    const Policy& policy = policies_[result.policy];
    const auto rendered = wire::render(policy.template_name, policy.system_prompt, sample);
    if (!rendered) return ++proof_.failed_otherwise, Status{};
    const std::string_view text = rendered->text;
    const bool broken = teacher::fails_for_good(
        faults_, teacher::content_digest(policy.model, text), attempts_foretold);
    const auto truth = teacher::score_response(teacher::bundled_model(policy.model),
                                               text.substr(0, rendered->boundary),
                                               text.substr(rendered->boundary));
    compare(result, broken, truth);
    return {};
  }

  [[nodiscard]] const DemoProof& proof() const { return proof_; }

 private:
  void compare(const journal::ResultRow& result,
               bool broken,
               const std::expected<teacher::ResponseScore, teacher::NoScore>& truth) {
    if (result.status != journal::ResultStatus::ok) {
      const bool straddles = !truth && result.failure->cls == FailureClass::boundary_inside_token;
      proof_.foretold_straddles += straddles ? 1 : 0;
      proof_.foretold_faults += !straddles && broken ? 1 : 0;
      ++(straddles || broken ? proof_.failed_as_foretold : proof_.failed_otherwise);
      return;
    }
    if (!truth || broken) return void(++proof_.unequal);
    const double difference =
        std::abs(result.record->outcome.score()->logprob.nats() - truth->nats);
    proof_.worst_difference = std::max(proof_.worst_difference, difference);
    ++(difference <= tolerance_nats ? proof_.equal : proof_.unequal);
  }

  const std::vector<Policy>& policies_;
  const teacher::FaultPlan& faults_;
  DemoProof proof_;
};

Result<simdjson::padded_string> load(const std::filesystem::path& path) {
  auto text = simdjson::padded_string::load(path.string());
  if (text.error() != simdjson::SUCCESS) {
    return fail(Errc::io, fmt::format("{}: cannot be read", path.string()));
  }
  return std::move(text).value_unsafe();
}

}  // namespace

Result<DemoProof> prove_run(const std::filesystem::path& run, const teacher::FaultPlan& faults) {
  auto inputs = open_run_inputs(run);
  if (!inputs) return std::unexpected(inputs.error());
  journal::ResultsRequest request;
  request.run = run;
  request.samples = inputs->samples.get();
  for (std::size_t i = 0; i < inputs->policies.size(); ++i) {
    request.policies.push_back({.policy = inputs->policies[i], .method = inputs->methods[i]});
  }
  Prover prover(inputs->policies, faults);
  auto joined = journal::for_each_result(
      journal::posix_storage(), request, [&prover](const journal::ResultRow& row) {
        return prover.add(row);
      });
  if (!joined) return std::unexpected(joined.error());
  return prover.proof();
}

namespace {

// The canaries as the ledger tells them, under each model and without a template.
std::set<std::string, std::less<>> canary_contents() {
  std::set<std::string, std::less<>> contents;
  for (const auto& model : teacher::default_models()) {
    for (const Sample& canary : doctor::canary_samples())
      contents.insert(to_hex(teacher::content_digest(model.name, canary.prompt + canary.response)));
  }
  return contents;
}

}  // namespace

Result<DemoBill> read_bill(const std::filesystem::path& ledger) {
  auto text = load(ledger);
  if (!text) return std::unexpected(text.error());
  DemoBill bill;
  const auto canaries = canary_contents();
  std::unordered_set<std::string> answered;
  simdjson::dom::parser parser;
  simdjson::dom::document_stream lines;
  if (parser.parse_many(*text).get(lines) != simdjson::SUCCESS) {
    return fail(Errc::io, fmt::format("{}: not JSON Lines", ledger.string()));
  }
  for (auto line : lines) {
    std::string_view content;
    std::string_view fault;
    std::string_view refusal;
    std::int64_t status = 0;
    if (line["status"].get(status) != simdjson::SUCCESS) continue;
    ++bill.requests;
    if (line["refusal"].get(refusal) == simdjson::SUCCESS) {
      ++bill.refused;
      continue;
    }
    if (line["content"].get(content) == simdjson::SUCCESS && canaries.contains(content)) {
      ++bill.canaries;
      continue;
    }
    const bool good = status == 200 && line["fault"].get(fault) != simdjson::SUCCESS;
    if (!good || line["content"].get(content) != simdjson::SUCCESS) continue;
    std::string_view model;
    if (line["model"].get(model) != simdjson::SUCCESS) continue;
    if (!answered.insert(std::string(content) + std::string(model)).second) ++bill.answered_twice;
  }
  return bill;
}

}  // namespace assay::cli
