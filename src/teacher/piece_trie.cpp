#include "teacher/piece_trie.hpp"

#include "assay/ensure.hpp"

namespace assay::teacher {

namespace {

std::size_t place_of(std::uint32_t key, std::size_t mask) {
  return (key * std::uint64_t{0x9e3779b97f4a7c15} >> 32) & mask;
}

std::uint32_t key_of(std::uint32_t node, unsigned char byte) {
  return node * 256 + byte + 1;
}

}  // namespace

// Node 0 is the root and is never a child, so 0 can say "none".
PieceTrie::PieceTrie() : edges_(1024), roots_{}, ids_(1, 0) {}

std::uint32_t PieceTrie::child(std::uint32_t node, unsigned char byte) const {
  const auto mask = edges_.size() - 1;
  const auto key = key_of(node, byte);
  for (auto place = place_of(key, mask);; place = (place + 1) & mask) {
    if (edges_[place].key == key) return edges_[place].target;
    if (edges_[place].key == 0) return 0;
  }
}

void PieceTrie::link(std::uint32_t node, unsigned char byte, std::uint32_t target) {
  if (2 * (edge_count_ + 1) > edges_.size()) grow();
  const auto mask = edges_.size() - 1;
  const auto key = key_of(node, byte);
  auto place = place_of(key, mask);
  while (edges_[place].key != 0) place = (place + 1) & mask;
  edges_[place] = {key, target};
  ++edge_count_;
}

void PieceTrie::grow() {
  std::vector<Edge> old(2 * edges_.size());
  old.swap(edges_);
  const auto mask = edges_.size() - 1;
  for (const auto& edge : old) {
    if (edge.key == 0) continue;
    auto place = place_of(edge.key, mask);
    while (edges_[place].key != 0) place = (place + 1) & mask;
    edges_[place] = edge;
  }
}

void PieceTrie::add(std::string_view piece, TokenId id) {
  ensure(!piece.empty(), "a piece holds at least one byte");
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const auto byte = static_cast<unsigned char>(piece[i]);
    auto next = i == 0 ? roots_[byte] : child(node, byte);
    if (next == 0) {
      next = static_cast<std::uint32_t>(ids_.size());
      ids_.push_back(0);
      if (i == 0) {
        roots_[byte] = next;
      } else {
        link(node, byte, next);
      }
    }
    node = next;
  }
  ids_[node] = id + 1;
}

PieceTrie::Match PieceTrie::longest(std::string_view text) const {
  Match best{0, 0};
  if (text.empty()) return best;
  auto node = roots_[static_cast<unsigned char>(text[0])];
  for (std::size_t length = 1; node != 0; ++length) {
    if (ids_[node] != 0) best = {ids_[node] - 1, length};
    if (length == text.size()) break;
    node = child(node, static_cast<unsigned char>(text[length]));
  }
  return best;
}

}  // namespace assay::teacher
