// Lies about the values themselves, by arithmetic on the honest ones.

#include "teacher/lie.hpp"
#include "teacher/value_change.hpp"

#include <cmath>
#include <numbers>

namespace assay::teacher::lie {

namespace {

// What a dependence that should not be moves each value by, per unit of it.
constexpr double step_nats = 0.01;

void move_by(Choice& choice, double nats) {
  change_values(choice, [nats](std::size_t, double value) { return value - nats; });
}

double gaussian(Rng& rng) {  // Box and Muller
  const auto radius = std::sqrt(-2 * std::log(1 - rng.uniform()));
  return radius * std::cos(2 * std::numbers::pi * rng.uniform());
}

template <class Change>
void change_tops(Choice& choice, Change&& change) {
  for (std::size_t i = 0; i < choice.top_ends.size(); ++i) {
    for (auto at = i == 0 ? 0 : choice.top_ends[i - 1]; at < choice.top_ends[i]; ++at)
      change(choice.tops[at], choice.tops[at].token == choice.tokens[i]);
  }
}

}  // namespace

// The last keeps its own: nothing that would be right follows it.
void shifted_logprobs(Completion&, Choice& choice, const Scene&) {
  change_values(choice, [&](std::size_t i, double value) {
    const bool followed = i + 1 < choice.nats.size() && choice.nats[i + 1];
    return followed ? *choice.nats[i + 1] : value;
  });
}

void zero_logprobs(Completion&, Choice& choice, const Scene&) {
  change_values(choice, [](std::size_t, double) { return 0.0; });
}

void constant_logprobs(Completion&, Choice& choice, const Scene& scene) {
  change_values(choice, [&](std::size_t, double) { return -scene.amount; });
}

void null_logprobs(Completion&, Choice& choice, const Scene&) {
  for (auto& nats : choice.nats) nats.reset();
}

void floored_logprobs(Completion&, Choice& choice, const Scene& scene) {
  change_values(choice,
                [&](std::size_t, double value) { return value < -scene.amount ? -9999.0 : value; });
}

void noise(Completion&, Choice& choice, const Scene& scene) {
  change_values(choice, [&](std::size_t, double value) {
    return value + scene.amount * gaussian(scene.rng);
  });
}

void growing_noise(Completion&, Choice& choice, const Scene& scene) {
  change_values(choice, [&](std::size_t i, double value) {
    return value + scene.amount * static_cast<double>(i) * gaussian(scene.rng);
  });
}

void drift(Completion&, Choice& choice, const Scene& scene) {
  if (static_cast<double>(scene.ordinal) <= scene.amount) return;
  change_values(choice, [](std::size_t, double value) { return 1.02 * value; });
}

void batch_dependence(Completion& completion, Choice& choice, const Scene&) {
  move_by(choice, step_nats * static_cast<double>(completion.choices.size() - 1));
}

void concurrency_dependence(Completion&, Choice& choice, const Scene& scene) {
  move_by(choice, step_nats * static_cast<double>(scene.in_flight - 1));
}

// All but the last token move by something of the last and of the length.
void suffix_dependence(Completion&, Choice& choice, const Scene&) {
  const auto count = choice.tokens.size();
  if (count == 0) return;
  const auto nats =
      step_nats * (static_cast<double>(choice.tokens.back() % 7) + static_cast<double>(count) / 10);
  change_values(choice,
                [&](std::size_t i, double value) { return i + 1 < count ? value - nats : value; });
}

void top_k_dependence(Completion&, Choice& choice, const Scene& scene) {
  move_by(choice, step_nats * static_cast<double>(scene.request.logprobs.value_or(0)));
}

void max_tokens_dependence(Completion&, Choice& choice, const Scene& scene) {
  move_by(choice, step_nats * static_cast<double>(scene.request.max_tokens));
}

void top_mass(Completion&, Choice& choice, const Scene&) {
  change_tops(choice, [](TokenLogProb& top, bool chosen) {
    if (!chosen) top.nats = std::max(top.nats, -0.2);
  });
}

void top_mismatch(Completion&, Choice& choice, const Scene&) {
  change_tops(choice, [](TokenLogProb& top, bool chosen) {
    if (chosen) top.nats -= 0.5;
  });
}

}  // namespace assay::teacher::lie
