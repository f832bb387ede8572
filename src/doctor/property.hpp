#pragma once

// Something that holds of every endpoint whose numbers can be believed. One file each; one row each
// in property_table.cpp.

#include "doctor/evidence.hpp"
#include "doctor/finding.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace assay::doctor {

// Requests are made in rounds: a later one can build on what an earlier one showed.
enum class Round : std::uint8_t {
  alone,      // one request at a time, in order
  crowd,      // all at once
  afterwards  // all at once, with the crowd's answers known
};
inline constexpr std::size_t round_count = 3;

struct Property {
  std::string_view name;     // in the table and in the certificate: "additivity"
  std::string_view claim;    // what holds
  std::string_view meaning;  // of a failure, a sentence
  std::string_view advice;   // what to do then, a sentence
  // Appends what it wants to ask in this round; nullptr when others ask what it needs.
  void (*plan)(Round round, const Evidence& so_far, std::vector<Exchange>& out);
  Finding (*judge)(const Evidence& evidence);
};

// All of them, in the table's order.
[[nodiscard]] std::span<const Property* const> properties();
[[nodiscard]] const Property* find_property(std::string_view name);

}  // namespace assay::doctor
