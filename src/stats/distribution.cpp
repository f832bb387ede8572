#include "stats/distribution.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <cmath>

namespace assay::stats {

namespace bm = boost::math;

double normal_cdf(double z) {
  return bm::cdf(bm::normal(), z);
}

double normal_survival(double z) {
  return bm::cdf(bm::complement(bm::normal(), z));
}

double normal_quantile(double share) {
  return bm::quantile(bm::normal(), share);
}

double student_quantile(double share, double degrees_of_freedom) {
  return bm::quantile(bm::students_t(degrees_of_freedom), share);
}

double student_survival(double t, double degrees_of_freedom) {
  return bm::cdf(bm::complement(bm::students_t(degrees_of_freedom), t));
}

double chi_squared_survival(double x, double degrees_of_freedom) {
  return bm::cdf(bm::complement(bm::chi_squared(degrees_of_freedom), x));
}

double normal_p(double z) {
  return 2 * normal_survival(std::abs(z));
}

double student_p(double t, double degrees_of_freedom) {
  return 2 * student_survival(std::abs(t), degrees_of_freedom);
}

}  // namespace assay::stats
