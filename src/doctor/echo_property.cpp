#include "doctor/property_table.hpp"
#include "doctor/refusals.hpp"

namespace assay::doctor {
namespace {

Finding judge(const Evidence& evidence) {
  const Refusals found = refusals(evidence, Blame::echo);
  Finding finding = finding_of(found, "repeat what was sent, byte for byte");
  // Nothing was answered at all: there is nothing to trust.
  if (found.answers == 0) finding.verdict = Verdict::fail;
  return finding;
}

}  // namespace

constexpr Property echo_property{
    .name = "echo",
    .claim = "the answer repeats what was sent, token by token",
    .meaning = "The values may be of another text than the one that was sent, or there are none.",
    .advice =
        "Use an endpoint or dialect that echoes prompts with log-probs; check base_url and model.",
    .plan = nullptr,
    .judge = judge,
};

}  // namespace assay::doctor
