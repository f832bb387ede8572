#pragma once

// What an answer says, once every check has been made.

#include "assay/outcome.hpp"
#include "core/exchange.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::wire {

// Another token that could have stood at a place.
struct Alternative {
  std::string text;  // as the answer writes it
  double nats = 0;
};

// One token of a prompt whose echo was proved.
struct TokenReading {
  std::uint32_t begin = 0;  // bytes of the prompt's text
  std::uint32_t end = 0;
  std::optional<double> nats;             // the first token has none
  std::vector<Alternative> alternatives;  // empty where the answer lists none
};

// What one answer says about one prompt of the call.
struct PromptReading {
  Outcome outcome;
  // When the call asks for TokenDetail::kept and the outcome is a score: the response's log-probs,
  // "-1.5,-0.25", checked JSON numbers with commas and no spaces, to be pasted between [ and ]. The
  // provider's own digits, or where its answer has an uncommon shape the shortest that read back
  // the same. Valid as Reading says; else empty.
  std::string_view token_log_probs;
  // The token that holds the end of the context and the start of the response, when the outcome is
  // boundary_inside_token; else empty.
  std::string straddled_token;
  // With TokenDetail::listed, when the echo is the prompt: all of its tokens, even where the
  // boundary is inside one or the sampling was not neutral, so that there is no score.
  std::vector<TokenReading> tokens;
};

// What one answer says. Keep one and reuse it: reading into it allocates nothing once it is warm.
// Views are valid until the answer's body goes or the scratch is used again.
struct Reading {
  std::vector<PromptReading> prompts;  // one per prompt of the call, in the call's order
  Usage usage;                         // of the whole answer; believe it only beside a score
  Observation observation;             // what the pacer learns
  std::string served_model;            // empty when the answer does not say
  std::string fingerprint;             // system_fingerprint, likewise
};

// Memory that reading reuses: parsers and columns of numbers. One per loop; not thread-safe.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  struct Parts;  // scratch_parts.hpp, for the readers
  [[nodiscard]] Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::wire
