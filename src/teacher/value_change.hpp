#pragma once

#include "teacher/answer.hpp"

#include <algorithm>

namespace assay::teacher {

// Gives a position another log-probability, at most 0; its entry in top_logprobs agrees.
inline void set_value(Choice& choice, std::size_t position, double nats) {
  nats = std::min(nats, 0.0);
  choice.nats[position] = nats;
  if (choice.top_count == 0) return;
  for (auto i = position == 0 ? 0 : choice.top_ends[position - 1]; i < choice.top_ends[position];
       ++i) {
    if (choice.tops[i].token == choice.tokens[position]) choice.tops[i].nats = nats;
  }
}

// The same for each position that has a value: change(position, its value).
template <class Change>
void change_values(Choice& choice, Change&& change) {
  for (std::size_t i = 0; i < choice.nats.size(); ++i) {
    if (choice.nats[i]) set_value(choice, i, change(i, *choice.nats[i]));
  }
}

}  // namespace assay::teacher
