#include "wire/lossy_cover.hpp"

#include "core/utf8.hpp"

#include <algorithm>
#include <bit>

namespace assay::wire {
namespace {

constexpr std::string_view mark = "\uFFFD";

// Places between two tokens that are possible at once: a run of fragments makes a few. More than
// this is no text, and would cost time by the square.
constexpr std::size_t places_max = 64;

using Places = std::vector<std::uint32_t>;

std::size_t character_bytes(char first) {
  const auto ones = std::countl_one(static_cast<unsigned char>(first));
  return ones < 2 ? 1 : static_cast<std::size_t>(ones);
}

std::size_t leading_marks(std::string_view token) {
  std::size_t count = 0;
  for (; token.starts_with(mark); ++count) token.remove_prefix(mark.size());
  return count;
}

// The first bytes of a character, whose others the next token holds.
void follow_opening(std::string_view text, std::size_t at, std::size_t marks, Places& out) {
  const std::size_t bytes = character_bytes(text[at]);
  if (marks == 1) {
    for (std::size_t part = 1; part < bytes; ++part) {
      out.push_back(static_cast<std::uint32_t>(at + part));
    }
  } else if (marks < bytes) {
    out.push_back(static_cast<std::uint32_t>(at + marks));
  }
}

// Adds the places where the token can end that begins at `at`.
void follow(std::string_view text, std::size_t at, std::string_view token, Places& out) {
  while (!token.empty()) {
    if (!token.starts_with(mark)) {
      const std::size_t plain = std::min(token.find(mark), token.size());
      if (!text.substr(at).starts_with(token.substr(0, plain))) return;
      at += plain;
      token.remove_prefix(plain);
      continue;
    }
    if (at == text.size()) return;
    const bool is_itself = text.substr(at).starts_with(mark);
    if (!is_itself && !continues_character(text, at)) {
      const std::size_t marks = leading_marks(token);
      if (marks * mark.size() == token.size()) follow_opening(text, at, marks, out);
      return;
    }
    at += is_itself ? mark.size() : 1;
    token.remove_prefix(mark.size());
  }
  out.push_back(static_cast<std::uint32_t>(at));
}

class Lattice {
 public:
  Lattice(std::string_view text, std::span<const std::string_view> tokens)
      : text_(text), tokens_(tokens), levels_(tokens.size() + 1) {}

  // Whether the tokens can cover the text; then only places of such ways are left.
  bool lay() {
    levels_[0] = {0};
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      for (const std::uint32_t at : levels_[i]) follow(text_, at, tokens_[i], levels_[i + 1]);
      sort(levels_[i + 1]);
      if (levels_[i + 1].empty() || levels_[i + 1].size() > places_max) return false;
    }
    if (levels_.back().back() != text_.size()) return false;
    levels_.back() = {static_cast<std::uint32_t>(text_.size())};
    for (std::size_t i = tokens_.size(); i-- > 0;) {
      std::erase_if(levels_[i], [&](std::uint32_t at) { return next(i, at).empty(); });
    }
    return true;
  }

  [[nodiscard]] LossyFit fit(std::size_t seam) const {
    const auto has_seam = [seam](const Places& places) {
      return std::ranges::find(places, seam) != places.end();
    };
    const bool certain = std::ranges::any_of(levels_, [&](const Places& places) {
      return places.size() == 1 && places.front() == seam;
    });
    return certain || std::ranges::none_of(levels_, has_seam) ? LossyFit::certain
                                                              : LossyFit::unclear;
  }

  void write_ends(std::vector<std::uint32_t>& ends) const {
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      at = next(i, at).front();
      ends.push_back(at);
    }
  }

 private:
  static void sort(Places& places) {
    std::ranges::sort(places);
    const auto [first, last] = std::ranges::unique(places);
    places.erase(first, last);
  }

  // Where token i can end that begins at `at`, of the places that are left.
  [[nodiscard]] Places next(std::size_t i, std::uint32_t at) const {
    Places found;
    follow(text_, at, tokens_[i], found);
    std::erase_if(
        found, [&](std::uint32_t end) { return !std::ranges::binary_search(levels_[i + 1], end); });
    return found;
  }

  std::string_view text_;
  std::span<const std::string_view> tokens_;
  std::vector<Places> levels_;  // [i]: where token i can begin
};

}  // namespace

LossyFit cover_lossy(std::string_view text,
                     std::size_t seam,
                     std::span<const std::string_view> tokens,
                     std::vector<std::uint32_t>& ends) {
  ends.clear();
  Lattice lattice(text, tokens);
  if (!lattice.lay()) return LossyFit::none;
  lattice.write_ends(ends);
  return lattice.fit(seam);
}

}  // namespace assay::wire
