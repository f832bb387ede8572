#include "doctor/noise.hpp"

#include <algorithm>
#include <cmath>

namespace assay::doctor {
namespace {

// One text's answers: tokens, and the squares of what they differ by.
struct TextNoise {
  double tokens = 0;
  double sum_squares = 0;    // of the text's sum about its mean
  double token_squares = 0;  // of every token about its mean
  double worst = 0;
  double degrees = 0;  // answers - 1
};

std::vector<double> flat(const Sight& sight) {
  std::vector<double> nats;
  for (const Segment& segment : sight.segments) {
    nats.insert(nats.end(), segment.nats.begin(), segment.nats.end());
  }
  return nats;
}

std::optional<TextNoise> of_text(const std::vector<const Sight*>& sights) {
  std::vector<std::vector<double>> answers;
  const Sight* first = nullptr;
  for (const Sight* sight : sights) {
    if (sight->failure) continue;
    if (first == nullptr) first = sight;
    if (difference(*first, *sight).same_cuts) answers.push_back(flat(*sight));
  }
  if (answers.size() < 2 || answers.front().empty()) return std::nullopt;
  const auto count = static_cast<double>(answers.size());
  TextNoise noise;
  noise.tokens = static_cast<double>(answers.front().size());
  noise.degrees = count - 1;
  std::vector<double> sums(answers.size(), 0.0);
  for (std::size_t token = 0; token < answers.front().size(); ++token) {
    double mean = 0;
    double low = answers.front()[token];
    double high = low;
    for (const auto& answer : answers) {
      mean += answer[token] / count;
      low = std::min(low, answer[token]);
      high = std::max(high, answer[token]);
    }
    noise.worst = std::max(noise.worst, high - low);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const double apart = answers[i][token] - mean;
      sums[i] += apart;
      noise.token_squares += apart * apart;
    }
  }
  for (const double sum : sums) noise.sum_squares += sum * sum;
  return noise;
}

// Least squares of log variance on log tokens.
std::optional<double> growth_of(const std::vector<TextNoise>& texts) {
  double n = 0;
  double x_sum = 0;
  double y_sum = 0;
  double xx = 0;
  double xy = 0;
  for (const TextNoise& text : texts) {
    if (text.sum_squares <= 0) continue;
    const double x = std::log(text.tokens);
    const double y = std::log(text.sum_squares / text.degrees);
    n += 1;
    x_sum += x;
    y_sum += y;
    xx += x * x;
    xy += x * y;
  }
  const double spread = n * xx - x_sum * x_sum;
  if (n < 3 || spread < 1e-9) return std::nullopt;
  return (n * xy - x_sum * y_sum) / spread;
}

}  // namespace

double Noise::log_weight_sd(double tokens) const {
  return std::sqrt(2.0 * variance_per_token * tokens);
}

Noise noise_of(const std::vector<std::vector<const Sight*>>& repeats) {
  std::vector<TextNoise> texts;
  Noise noise;
  double token_squares = 0;
  double token_degrees = 0;
  double scaled = 0;
  for (const auto& sights : repeats) {
    const auto text = of_text(sights);
    if (!text) continue;
    texts.push_back(*text);
    noise.repeats += static_cast<std::size_t>(text->degrees) + 1;
    noise.worst_token = std::max(noise.worst_token, text->worst);
    noise.degrees_of_freedom += text->degrees;
    token_squares += text->token_squares;
    token_degrees += text->degrees * text->tokens;
    scaled += text->sum_squares / text->tokens;
  }
  if (texts.empty()) return noise;
  noise.token_sd = std::sqrt(token_squares / token_degrees);
  noise.variance_per_token = scaled / noise.degrees_of_freedom;
  if (!noise.is_zero()) noise.growth = growth_of(texts);
  return noise;
}

}  // namespace assay::doctor
