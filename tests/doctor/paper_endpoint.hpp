#pragma once

// An endpoint on paper: a tiny exact language model that answers completions requests without any
// network, and lies when told to.

#include "core/rng.hpp"
#include "doctor/examination.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::test {

// One choice as it will be written.
struct PaperChoice {
  std::string text;
  std::vector<std::string> tokens;
  std::vector<std::optional<double>> nats;
  std::size_t generated = 0;  // tokens at the end
};

struct PaperRequest {
  std::string model;
  std::vector<std::string> prompts;
  std::int64_t max_tokens = 1;
  double temperature = 1;
  double top_p = 1;
  std::int64_t top_k = 1;
  bool streamed = false;
};

struct PaperAnswer {
  std::vector<PaperChoice> choices;
  std::string model;
  std::string fingerprint = "fp_paper";
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
};

// Changes a true answer. May keep state between calls.
using PaperLie = std::function<void(const PaperRequest&, PaperAnswer&)>;

class PaperEndpoint {
 public:
  explicit PaperEndpoint(PaperLie lie = {}) : lie_(std::move(lie)) {}

  // The body of a 200 to a request that a completions dialect built.
  [[nodiscard]] std::string answer(const std::string& body);

 private:
  PaperLie lie_;
};

// Tokens of a text: words with the space before them, all else character by character.
[[nodiscard]] std::vector<std::string> paper_tokens(std::string_view text);
// The value of each token but the first: a product over bytes, each drawn by the byte before it and
// by how often it has followed that byte in the text so far.
[[nodiscard]] std::vector<std::optional<double>> paper_nats(const std::vector<std::string>& tokens);

// An examination of it from the first question to the verdicts.
[[nodiscard]] doctor::Diagnosis examine(PaperEndpoint& endpoint, const std::string& clone = {});

// The names of the properties that fail, separated by spaces.
[[nodiscard]] std::string failures_of(const doctor::Diagnosis& diagnosis);
[[nodiscard]] const doctor::Finding& finding_of(const doctor::Diagnosis& diagnosis,
                                                std::string_view property);

}  // namespace assay::test
