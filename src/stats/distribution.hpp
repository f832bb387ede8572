#pragma once

// The distributions that intervals and tests need. Tails are computed as tails, never as 1 - cdf.

namespace assay::stats {

[[nodiscard]] double normal_cdf(double z);
[[nodiscard]] double normal_survival(double z);
[[nodiscard]] double normal_quantile(double share);  // share in (0, 1)
[[nodiscard]] double student_quantile(double share, double degrees_of_freedom);
[[nodiscard]] double student_survival(double t, double degrees_of_freedom);
[[nodiscard]] double chi_squared_survival(double x, double degrees_of_freedom);

// Two-sided p-values.
[[nodiscard]] double normal_p(double z);
[[nodiscard]] double student_p(double t, double degrees_of_freedom);

}  // namespace assay::stats
