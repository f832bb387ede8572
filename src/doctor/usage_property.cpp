#include "doctor/property_table.hpp"
#include "doctor/refusals.hpp"

namespace assay::doctor {
namespace {

Finding judge(const Evidence& evidence) {
  Finding finding =
      finding_of(refusals(evidence, Blame::usage), "are billed by as many tokens as they list");
  if (finding.verdict != Verdict::pass) return finding;
  const Seen* seen = evidence.settled_answer(0);
  if (seen != nullptr && !seen->usage.input) {
    finding.verdict = Verdict::not_applicable;
    finding.evidence = "the answers state no usage; costs are charged at their upper bound";
  }
  return finding;
}

}  // namespace

constexpr Property usage_property{
    .name = "usage",
    .claim = "usage counts the tokens that the answer lists",
    .meaning =
        "Tokens are billed that the answer does not show: hidden ones before the text, or a false "
        "bill.",
    .advice =
        "Look for a BOS or a system prompt that the server adds; compare with the provider's bill.",
    .plan = nullptr,
    .judge = judge,
};

}  // namespace assay::doctor
