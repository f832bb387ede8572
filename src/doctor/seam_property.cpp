#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::doctor {
namespace {

struct Tally {
  std::size_t exact = 0;
  std::size_t all = 0;
};

// Every place between two words of the settled texts where a response could begin.
Tally seams(const Evidence& evidence, char before) {
  Tally tally;
  for (std::uint32_t text = 0; text < plain_texts().size(); ++text) {
    const Sight& sight = evidence.settled(text);
    if (sight.segments.empty()) continue;
    const std::string whole = plain_texts()[text].whole();
    for (std::size_t at = sight.segments.front().begin; at < whole.size(); ++at) {
      const bool fits = before == ' ' ? whole[at] == ' ' : whole[at - 1] == before;
      if (!fits) continue;
      ++tally.all;
      if (std::ranges::find(sight.segments, at, &Segment::begin) != sight.segments.end())
        ++tally.exact;
    }
  }
  return tally;
}

Finding judge(const Evidence& evidence) {
  const Tally lines = seams(evidence, '\n');
  const Tally words = seams(evidence, ' ');
  Finding finding;
  if (lines.all + words.all == 0) {
    const Seen* seen = evidence.settled_answer(0);
    const auto straddled =
        seen != nullptr && seen->prompts.front().failure &&
        seen->prompts.front().failure->cls == FailureClass::boundary_inside_token;
    finding.verdict = straddled ? Verdict::fail : Verdict::inconclusive;
    finding.evidence = straddled ? "no place in the text is a token's start: " +
                                       seen->prompts.front().failure->reason
                                 : "no text could be scored";
    return finding;
  }
  finding.verdict = lines.exact + words.exact > 0 ? Verdict::pass : Verdict::fail;
  finding.evidence =
      fmt::format("a token begins behind {} of {} line ends and before {} of {} spaces",
                  lines.exact,
                  lines.all,
                  words.exact,
                  words.all);
  return finding;
}

}  // namespace

constexpr Property seam_property{
    .name = "seam",
    .claim = "a response can begin at a token's start",
    .meaning = "Tokens reach over every place where a response begins: none can be scored alone.",
    .advice = "End prompts with a line end or a template's turn marker, never with a space.",
    .plan = nullptr,
    .judge = judge,
};

}  // namespace assay::doctor
