#pragma once

#include "assay/outcome.hpp"
#include "assay/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// Whether the text that ends a turn is scored as part of a response that ended by itself.
enum class EndOfTurn : std::uint8_t { left_out, scored };
[[nodiscard]] std::string_view name_of(EndOfTurn end_of_turn);

// What a sample is measured under. The same text under another template or system prompt is another
// policy.
struct Policy {
  std::string name;
  std::string model;    // as the endpoint calls it
  std::string weights;  // identity of the weights: declared, else "<origin>/<model>@<revision>"
  std::string template_name = "none";
  std::string system_prompt;
  std::vector<std::string> endpoints;  // names, the first preferred
  Method method = Method::echo;
  std::string date;  // pinned, as the template writes it; empty: the template's own
  EndOfTurn end_of_turn = EndOfTurn::left_out;
  std::string template_digest;  // of a template of the user's own; empty: built in
  std::uint32_t replicate = 0;  // which of its repeated scores; part of the content key
  friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace assay
