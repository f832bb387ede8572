#include "doctor/property_table.hpp"
#include "doctor/refusals.hpp"

#include <fmt/format.h>

#include <set>

namespace assay::doctor {
namespace {

Finding judge(const Evidence& evidence) {
  Finding finding =
      finding_of(refusals(evidence, Blame::model), "name the model that was asked for");
  std::set<std::string> fingerprints;
  bool named = false;
  for (const Asked& asked : evidence.all()) {
    if (asked.exchange.under_clone || asked.seen.refused) continue;
    named = named || !asked.seen.served_model.empty();
    if (asked.seen.transcript && !asked.seen.transcript->fingerprint.empty()) {
      fingerprints.insert(asked.seen.transcript->fingerprint);
    }
  }
  if (finding.verdict != Verdict::pass) return finding;
  if (fingerprints.size() > 1) {
    finding.verdict = Verdict::fail;
    finding.evidence = fmt::format("{} different fingerprints ({} and {})",
                                   fingerprints.size(),
                                   *fingerprints.begin(),
                                   *std::next(fingerprints.begin()));
  } else if (!named && fingerprints.empty()) {
    finding.verdict = Verdict::not_applicable;
    finding.evidence = "the answers do not say which model served them";
  } else if (!fingerprints.empty()) {
    finding.evidence += fmt::format(", one fingerprint {}", *fingerprints.begin());
  }
  return finding;
}

}  // namespace

constexpr Property model_property{
    .name = "model",
    .claim = "one model serves all answers, the one asked for",
    .meaning =
        "Another model answers, or several do in turn: scores of different models would be mixed.",
    .advice = "Pin the exact revision, or state served_as when the provider uses another name.",
    .plan = nullptr,
    .judge = judge,
};

}  // namespace assay::doctor
