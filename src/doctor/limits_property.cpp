#include "doctor/property_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace assay::doctor {
namespace {

Finding judge(const Evidence& evidence) {
  std::set<std::string> names;
  for (const Asked& asked : evidence.all()) {
    names.insert(asked.seen.limit_headers.begin(), asked.seen.limit_headers.end());
  }
  if (names.empty()) {
    return {
        .verdict = Verdict::not_applicable,
        .p_value = {},
        .evidence =
            "no headers about rate limits; state limits in the configuration or let them be found"};
  }
  constexpr std::size_t shown_max = 4;
  std::vector<std::string> shown(names.begin(), names.end());
  const std::size_t more = shown.size() > shown_max ? shown.size() - shown_max : 0;
  shown.resize(shown.size() - more);
  std::string evidence_text = fmt::format("{}", fmt::join(shown, ", "));
  if (more > 0) evidence_text += fmt::format(" and {} more", more);
  return {.verdict = Verdict::pass, .p_value = {}, .evidence = std::move(evidence_text)};
}

}  // namespace

constexpr Property limits_property{
    .name = "limits",
    .claim = "headers say how much may be sent",
    .meaning = "",
    .advice = "",
    .plan = nullptr,
    .judge = judge,
};

}  // namespace assay::doctor
