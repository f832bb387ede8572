#pragma once

#include "teacher/piece_trie.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace assay::teacher {

// How a token is drawn from a model's own distribution: exactly, from what shape() makes of it.
struct Sampling {
  double temperature = 1;  // 0: the likeliest
  double top_p = 1;        // above 0: see keep_nucleus()
  std::size_t top_k = 0;   // 0: all
  double min_p = 0;        // of the likeliest's probability
  // Most servers flatten first and cut then; llama.cpp cuts first.
  bool cuts_first = false;
  std::vector<std::pair<TokenId, double>> bias;  // added to the log-probability, before all else

  [[nodiscard]] bool plain() const {
    return temperature == 1 && top_p == 1 && top_k == 0 && min_p == 0 && bias.empty();
  }
};

// Makes probabilities that sum to one those that the token is drawn from.
void shape(std::vector<double>& probabilities, const Sampling& sampling);

}  // namespace assay::teacher
