#include "stats/interval.hpp"

#include "stats/distribution.hpp"

#include <cmath>

namespace assay::stats {

Interval interval_around(double centre,
                         double error,
                         std::optional<double> degrees_of_freedom,
                         double level) {
  const double share = 0.5 + level / 2;
  const double reach = error * (degrees_of_freedom ? student_quantile(share, *degrees_of_freedom)
                                                   : normal_quantile(share));
  return {centre - reach, centre + reach};
}

Interval wilson(std::size_t hits, std::size_t trials, double level) {
  const double z = normal_quantile(0.5 + level / 2);
  const auto n = static_cast<double>(trials);
  const double rate = static_cast<double>(hits) / n;
  const double scale = 1 + z * z / n;
  const double centre = (rate + z * z / (2 * n)) / scale;
  const double reach = z / scale * std::sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
  // At the ends the formula is 0 or 1 but for rounding.
  return {hits == 0 ? 0 : centre - reach, hits == trials ? 1 : centre + reach};
}

}  // namespace assay::stats
