#pragma once

// One scan of a list by blocks of each kind that the machine has.

#include "core/exchange.hpp"
#include "wire/list_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace assay::wire {

// The text, and behind it bytes that must not matter.
class Padded {
 public:
  Padded(std::string_view text, char behind) : bytes_(text), size_(text.size()) {
    bytes_.append(body_padding, behind);
  }
  [[nodiscard]] const char* begin() const { return bytes_.data(); }
  [[nodiscard]] const char* end() const { return bytes_.data() + size_; }

 private:
  std::string bytes_;
  std::size_t size_;
};

// What `scan(kind, at, end)` makes of the text, the same for every kind, and how many bytes it
// took.
template <class Scan>
auto by_all(std::string_view text, char behind, Scan scan) {
  const Padded padded(text, behind);
  const auto once = [&](const ListScan& kind) {
    const char* at = padded.begin();
    auto result = scan(kind, at, padded.end());
    return std::pair(std::move(result), static_cast<std::size_t>(at - padded.begin()));
  };
  static const auto kinds = list_scans();
  const auto first = once(*kinds.front());
  for (const ListScan* kind : kinds) BOOST_TEST_REQUIRE((once(*kind) == first), text);
  return first;
}

}  // namespace assay::wire
