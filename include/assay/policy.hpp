#pragma once

#include "assay/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

// What a sample is measured under. The same text under another template or system prompt is another
// policy.
struct Policy {
  std::string name;
  std::string model;    // as the endpoint calls it
  std::string weights;  // identity of the weights: declared, else "<origin>/<model>@<revision>"
  std::string template_name = "none";
  std::string system_prompt;
  std::vector<std::string> endpoints;  // names, the first preferred
  friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace assay
