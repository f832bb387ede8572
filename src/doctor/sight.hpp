#pragma once

// What one answer shows about one text, as the very reader sees it that scores: the answer is read
// once for every place where a response could begin. So whatever the dialect, the tokens, their
// log-probs and every check are those that `assay score` would rely on.

#include "assay/failure.hpp"
#include "assay/outcome.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::doctor {

// The tokens between two neighbouring places where a response could begin; one token, or several
// where a character is split into tokens.
struct Segment {
  std::size_t begin = 0;  // byte of the text
  std::size_t end = 0;
  std::vector<double> nats;  // of its tokens
  friend bool operator==(const Segment&, const Segment&) = default;
};

struct Sight {
  // From the second token on, in order, without gaps, up to the text's end. Empty with a failure.
  std::vector<Segment> segments;
  std::optional<Failure> failure;  // why the reader proves nothing
  std::optional<Certificate> certificate;

  [[nodiscard]] std::size_t tokens() const;
  // Of the tokens from byte `begin` on; nothing when no segment begins there.
  [[nodiscard]] std::optional<double> nats_from(std::size_t begin) const;
};

// How two sights of texts that begin alike differ, over the tokens both have: from the first on, as
// long as both cut the text in the same way.
struct Difference {
  std::size_t tokens = 0;
  double worst = 0;          // of one token, absolute
  std::size_t worst_at = 0;  // its byte
  double sum = 0;            // of all of them, signed: b - a
  bool same_cuts = false;    // every segment of both was compared
};
[[nodiscard]] Difference difference(const Sight& a, const Sight& b);

}  // namespace assay::doctor
