#include "cli/diagnosis_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {
namespace {

std::string verdict_text(const doctor::Finding& finding) {
  if (!finding.p_value) return std::string(name_of(finding.verdict));
  return fmt::format("{} p={:.2g}", name_of(finding.verdict), *finding.p_value);
}

}  // namespace

std::string to_text(const doctor::Diagnosis& diagnosis) {
  std::string text;
  std::size_t name_width = 0;
  std::size_t verdict_width = 0;
  for (const auto& [property, finding] : diagnosis.entries) {
    name_width = std::max(name_width, property->name.size());
    verdict_width = std::max(verdict_width, verdict_text(finding).size());
  }
  for (const auto& [property, finding] : diagnosis.entries) {
    text += fmt::format("{:<{}}  {:<{}}  {}\n",
                        property->name,
                        name_width,
                        verdict_text(finding),
                        verdict_width,
                        finding.evidence);
  }
  for (const auto& [property, finding] : diagnosis.entries) {
    if (finding.verdict != doctor::Verdict::fail) continue;
    text += fmt::format("\n{} does not hold: {}\n", property->name, property->claim);
    text += fmt::format("  means   {}\n", property->meaning);
    text += fmt::format("  to do   {}\n", property->advice);
  }
  return text;
}

}  // namespace assay::cli
