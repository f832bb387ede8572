#include "stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace assay::stats {

namespace {

// One running sum that carries what rounding took away.
class Compensated {
 public:
  void add(double value) {
    // What rounding takes away, exactly, whichever of the two is larger (Knuth, TAOCP 2, 4.2.2).
    const double next = total_ + value;
    const double added = next - total_;
    carry_ += (total_ - (next - added)) + (value - added);
    total_ = next;
  }
  // An overflowed total makes the carry NaN; the total alone then says what happened.
  [[nodiscard]] double value() const { return std::isfinite(total_) ? total_ + carry_ : total_; }

 private:
  double total_ = 0;
  double carry_ = 0;
};

}  // namespace

Figure finite_or(double value, std::string_view reason) {
  if (std::isfinite(value)) return value;
  return undefined(reason);
}

double sum(std::span<const double> values) {
  Compensated total;
  for (const double value : values) total.add(value);
  return total.value();
}

double dot(std::span<const double> a, std::span<const double> b) {
  Compensated total;
  for (std::size_t i = 0; i < a.size(); ++i) total.add(a[i] * b[i]);
  return total.value();
}

double squared_deviations(std::span<const double> values) {
  if (values.empty()) return 0;
  const double centre = sum(values) / static_cast<double>(values.size());
  Compensated total;
  for (const double value : values) total.add((value - centre) * (value - centre));
  return total.value();
}

Figure mean(std::span<const double> values) {
  if (values.empty()) return undefined("no rows");
  return sum(values) / static_cast<double>(values.size());
}

Figure sample_variance(std::span<const double> values) {
  if (values.size() < 2) return undefined("fewer than two rows");
  return squared_deviations(values) / static_cast<double>(values.size() - 1);
}

Figure sample_sd(std::span<const double> values) {
  const Figure variance = sample_variance(values);
  return variance ? Figure(std::sqrt(*variance)) : variance;
}

Figure population_sd(std::span<const double> values) {
  if (values.empty()) return undefined("no rows");
  return std::sqrt(squared_deviations(values) / static_cast<double>(values.size()));
}

Figure mean_error(std::span<const double> values) {
  const Figure spread = sample_sd(values);
  return spread ? Figure(*spread / std::sqrt(static_cast<double>(values.size()))) : spread;
}

Figure correlation(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2) return undefined("fewer than two rows");
  const double mean_a = *mean(a);
  const double mean_b = *mean(b);
  Compensated cross;
  for (std::size_t i = 0; i < a.size(); ++i) cross.add((a[i] - mean_a) * (b[i] - mean_b));
  const double scale = std::sqrt(squared_deviations(a)) * std::sqrt(squared_deviations(b));
  if (!(scale > 0)) return undefined("a column is constant");
  return cross.value() / scale;
}

Figure sorted_quantile(std::span<const double> sorted, double share) {
  if (sorted.empty()) return undefined("no rows");
  const double place = static_cast<double>(sorted.size() - 1) * share;
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace assay::stats
