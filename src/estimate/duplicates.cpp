#include "estimate/duplicates.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace assay::estimate {

std::vector<DuplicateRows> duplicates_of(const ResponseTable& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto key = [&](std::size_t row) { return std::tuple(rows.prompt[row], rows.draw[row]); };
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::tuple(key(a), a) < std::tuple(key(b), b);
  });
  std::vector<DuplicateRows> found;
  std::size_t first = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (key(order[i]) != key(order[first])) {
      first = i;
    } else {
      found.push_back({order[first], order[i]});
    }
  }
  std::ranges::sort(found, {}, &DuplicateRows::second);
  return found;
}

}  // namespace assay::estimate
