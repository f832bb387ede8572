#pragma once

// llama.cpp's way to a score: one request per response token, the wanted one forced by a bias, its
// log-prob taken from the raw logits, which the bias does not touch. Source: providers.md,
// section 3.11.

#include "core/exchange.hpp"
#include "wire/reading.hpp"

#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace assay::wire {

// Everything before the wanted token, then that token: at least two ids.
void append_forced_step(std::string& out, std::span<const std::int64_t> ids);

struct ForcedStep {
  std::expected<double, Failure> nats;
  Usage usage;
  Observation observation;
};

// Errors: as for any answer; echo_mismatch when another token came; truncated_echo when the server
// read fewer ids than were sent; missing_logprob; invalid_logprob.
[[nodiscard]] ForcedStep read_forced_step(const AnswerView& answer,
                                          std::span<const std::int64_t> ids,
                                          Scratch& scratch);

}  // namespace assay::wire
