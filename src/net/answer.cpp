#include "net/answer.hpp"

#include <algorithm>

namespace assay::net {

std::optional<std::string_view> Answer::field(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &HeaderField::name);
  if (found == fields_.end()) return {};
  return found->value;
}

}  // namespace assay::net
