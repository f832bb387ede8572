#include "estimate/strata.hpp"

#include "stats/ascending_order.hpp"
#include "stats/moments.hpp"

#include <algorithm>

namespace assay::estimate {

std::vector<std::uint32_t> strata_of(std::span<const double> values, std::size_t wanted) {
  const auto order = stats::ascending_order(values);
  const std::size_t size = std::max<std::size_t>(1, (values.size() + wanted - 1) / wanted);
  std::vector<std::uint32_t> stratum(values.size());
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin < order.size(); ++number) {
    std::size_t end = std::min(order.size(), begin + size);
    while (end < order.size() && values[order[end]] == values[order[end - 1]]) ++end;
    if (order.size() - end < size / 2) end = order.size();
    for (; begin < end; ++begin) stratum[order[begin]] = number;
  }
  return stratum;
}

}  // namespace assay::estimate
