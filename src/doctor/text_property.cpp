#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t i = 0; i < awkward_texts().size(); ++i) {
    out.push_back(
        {.group = Group::awkward, .text = i, .prompts = {std::string(awkward_texts()[i].text)}});
  }
}

// An empty response must be refused before it is sent: it has no tokens, so it has no value.
bool refuses_empty_response(const wire::Dialect& dialect) {
  constexpr std::string_view text = "A context and nothing behind it.";
  return wire::objection(dialect, {.text = text, .boundary = text.size()}).has_value();
}

Finding judge(const Evidence& evidence) {
  Finding finding;
  std::string mangled;
  std::string refused;
  std::size_t whole = 0;
  const auto asked = evidence.of(Group::awkward);
  for (const Asked* one : asked) {
    const AwkwardText& text = awkward_texts()[one->exchange.text];
    const std::string_view name = text.name;
    const bool failed = !one->seen.refused && one->seen.prompts.front().failure.has_value();
    if (one->seen.refused || (failed && text.is_ambiguous)) {
      refused += fmt::format("{}{}", refused.empty() ? "" : ", ", name);
    } else if (const auto& failure = one->seen.prompts.front().failure) {
      if (mangled.empty()) mangled = fmt::format("{}: {}", name, failure->reason);
    } else {
      ++whole;
    }
  }
  const bool others_work = !evidence.settled(0).segments.empty();
  if (!mangled.empty()) {
    finding.verdict = others_work ? Verdict::fail : Verdict::inconclusive;
    finding.evidence = mangled;
  } else if (!refuses_empty_response(*evidence.subject().dialect)) {
    finding.verdict = Verdict::fail;
    finding.evidence = "an empty response is not refused";
  } else if (whole > 0) {
    finding.verdict = Verdict::pass;
    finding.evidence = fmt::format("{} of {} awkward texts come back whole", whole, asked.size());
    if (!refused.empty())
      finding.evidence +=
          fmt::format("; refused, so that no row with such text has a value: {}", refused);
  } else {
    finding.evidence = "none was answered";
  }
  return finding;
}

}  // namespace

constexpr Property text_property{
    .name = "text",
    .claim = "Unicode, CRLF, spaces, control characters and special-token text come back unchanged",
    .meaning =
        "The server normalises or interprets text: rows that hold such text cannot be proved.",
    .advice =
        "Expect failures (echo_mismatch) on rows with such text, or normalise the data first.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor
