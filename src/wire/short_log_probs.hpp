#pragma once

#include "wire/byte_block.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// The grammar of a list of short log-probs, `-0.5,-12.25,`: a sign, one or two digits without a
// leading zero, a point, digits, a comma. As tables that tell of each byte and of those one, two
// and three places in front of it which of eight rules they break if all four do: the rules are
// bits. Bytes are known by their low four bits, so they must be from ',' to '9'.
namespace assay::wire::short_log_probs {

inline constexpr std::size_t reach = 3;

// The bytes a rule forbids, the last first. An empty set is any byte.
using Rule = std::array<std::string_view, reach + 1>;

inline constexpr std::string_view digits = "0123456789";
inline constexpr std::string_view all_but_sign = ",.0123456789:;?";
inline constexpr std::string_view others = ":;?";  // of the low bits that no byte here has

inline constexpr std::array<Rule, 8> rules{{
    {others, "", "", ""},
    {"0123456789,.", ",", "", ""},          // a sign begins an entry,
    {"-", digits, "", ""},                  // and stands nowhere else
    {"-.,", "-.", "", ""},                  // digits behind sign and point
    {digits, "0", "-", ""},                 // no zero before another digit
    {",", "", "-", ""},                     // a point behind one digit
    {"-,0123456789", digits, "", "-"},      // or two,
    {".", "", all_but_sign, all_but_sign},  // and nowhere else
}};

inline constexpr auto tables = [] {
  std::array<ByteTable, reach + 1> all{};
  for (std::size_t place = 0; place <= reach; ++place) {
    for (std::size_t rule = 0; rule < rules.size(); ++rule) {
      const auto bit = static_cast<std::uint8_t>(1U << rule);
      const std::string_view bytes = rules[rule][place];
      for (const char c : bytes) all[place].entries[c & 0x0F] |= bit;
      if (!bytes.empty()) continue;
      for (std::uint8_t& entry : all[place].entries) entry |= bit;
    }
  }
  return all;
}();

}  // namespace assay::wire::short_log_probs
