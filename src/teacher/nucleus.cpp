#include "teacher/nucleus.hpp"

#include "assay/ensure.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace assay::teacher {

double keep_nucleus(std::vector<double>& probabilities, double top_p) {
  ensure(top_p > 0 && top_p <= 1, "top_p lies above 0 and not above 1");
  if (top_p == 1) return 1;
  std::vector<std::uint32_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
  });
  double mass = 0;
  auto kept = order.begin();
  while (kept != order.end() && mass < top_p) mass += probabilities[*kept++];
  std::for_each(kept, order.end(), [&](std::uint32_t index) { probabilities[index] = 0; });
  return mass;
}

}  // namespace assay::teacher
