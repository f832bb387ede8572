#pragma once

// Does the calibration hold on the policy's own responses? Source: cje.md 7, "transport audit 0.6".

#include "estimate/calibration.hpp"
#include "estimate/figure.hpp"
#include "estimate/labelled.hpp"
#include "stats/interval.hpp"
#include "stats/two_samples.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::estimate {

enum class AuditVerdict : std::uint8_t {
  pass,          // the offset lies inside the margin
  fail,          // it lies outside
  inconclusive,  // its interval crosses the margin, or too few prompts to pass
  not_graded,    // measured, but nobody said what would be tolerable
  not_checked,   // no labelled draws
};
[[nodiscard]] std::string_view name_of(AuditVerdict verdict);  // "PASS", "NOT_CHECKED", ...

struct TransportAudit {
  AuditVerdict verdict = AuditVerdict::not_checked;
  std::size_t n = 0;                             // labelled draws with a judge score
  double prompts = 0;                            // effective number of their prompts
  Figure offset = {};                            // mean label - calibrated judge score
  Figure se = {};                                // clustered by prompt
  std::optional<stats::Interval> interval = {};  // Student, at 95 % over the family of policies
  std::optional<double> margin = {};             // as declared
};

// `margin`: the largest tolerable offset; `family`: how many policies are audited together. An
// interval wholly outside the margin fails at any number of prompts; passing takes
// audit_prompts_min.
inline constexpr double audit_prompts_min = 20;
struct AuditOptions {
  std::optional<double> margin = {};
  std::size_t family = 1;
};
[[nodiscard]] TransportAudit audit_transport(const Matrix& matrix,
                                             const Calibration& calibration,
                                             const OwnLabels& own,
                                             const AuditOptions& options);

// Were the labelled rows chosen without regard to the judge score? Kolmogorov-Smirnov of judge
// scores, labelled against not; undefined when a side is empty.
[[nodiscard]] stats::KolmogorovSmirnov label_ignorability(const Matrix& matrix);

}  // namespace assay::estimate
