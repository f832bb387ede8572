#pragma once

// A world whose truth is known: prompts with a difficulty, a policy that shifts the score, labels
// whose expectation is a smooth increasing function of the judge score.

#include "core/rng.hpp"
#include "estimate/line.hpp"
#include "estimate/matrix_builder.hpp"

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::estimate::test {

inline double normal(Rng& rng) {
  // Box-Muller; 1 - uniform is never 0.
  return std::sqrt(-2 * std::log(1 - rng.uniform())) * std::cos(6.283185307179586 * rng.uniform());
}

struct World {
  std::size_t rows = 1000;
  double labelled_share = 0.5;   // of the logged rows
  std::size_t probe = 100;       // labelled draws of the target
  double shift = 0.3;            // of the target's latent score
  double calibration_shift = 0;  // of the target's labels off the calibration
  bool draws = true;
};

inline double judge_of(double latent) {
  return std::round(20 / (1 + std::exp(-latent))) / 20;
}
inline double label_mean(double judge) {
  return 0.1 + 0.8 * judge * judge;
}

// Labels are 0 or 1, so that their noise is real.
inline double label_of(double mean, Rng& rng) {
  return rng.uniform() < mean ? 1.0 : 0.0;
}

// The responses of the logging policy have latent score N(0, 1), those of the target N(shift, 1):
// the log-ratio of a response is shift z - shift^2 / 2, exactly.
inline Matrix draw_world(const World& world, Rng& rng) {
  RecordedBuilder builder;
  for (std::size_t i = 0; i < world.rows; ++i) {
    const double z = normal(rng);
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.response = "text";
    sample.judge_score = judge_of(z);
    if (rng.uniform() < world.labelled_share) {
      sample.oracle_label = label_of(label_mean(*sample.judge_score), rng);
    }
    constexpr double base = -50;
    sample.recorded.base = LogProb::from_nats(base).value();
    sample.recorded.target["target"] =
        LogProb::from_nats(base + world.shift * z - world.shift * world.shift / 2).value();
    builder.add_logged(sample);
  }
  for (std::size_t i = 0; world.draws && i < world.rows; ++i) {
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.response = "other";
    sample.judge_score = judge_of(normal(rng) + world.shift);
    builder.add_fresh("target", sample);
    if (i >= world.probe) continue;
    sample.oracle_label = label_of(label_mean(*sample.judge_score) + world.calibration_shift, rng);
    builder.add_probe("target", sample);
  }
  return std::move(builder).finish();
}

// The target's value, by quadrature over its latent score.
inline double true_value(const World& world) {
  constexpr int steps = 400'000;
  constexpr double reach = 9;
  double total = 0;
  for (int k = 0; k < steps; ++k) {
    const double z = -reach + (2 * reach) * (k + 0.5) / steps;
    const double density = std::exp(-z * z / 2) / 2.5066282746310002;
    total += density * (label_mean(judge_of(z + world.shift)) + world.calibration_shift);
  }
  return total * 2 * reach / steps;
}

inline const Line* line_of(const std::vector<Line>& lines,
                           std::string_view method,
                           std::string_view reward) {
  for (const Line& line : lines) {
    if (line.method == method && line.reward == reward) return &line;
  }
  return nullptr;
}

}  // namespace assay::estimate::test
