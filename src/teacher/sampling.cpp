#include "teacher/sampling.hpp"

#include "teacher/nucleus.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace assay::teacher {

namespace {

void normalise(std::vector<double>& probabilities) {
  const auto sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  for (auto& probability : probabilities) probability /= sum;
}

void add_bias(std::vector<double>& probabilities, const Sampling& sampling) {
  double most = 0;
  for (const auto& [token, bias] : sampling.bias) most = std::max(most, bias);
  std::vector<double> factors(probabilities.size(), std::exp(-most));
  for (const auto& [token, bias] : sampling.bias) factors[token] = std::exp(bias - most);
  for (std::size_t i = 0; i < factors.size(); ++i) probabilities[i] *= factors[i];
  normalise(probabilities);
}

// Relative to the largest, so that a low temperature does not underflow them all.
void flatten(std::vector<double>& probabilities, double temperature) {
  if (temperature == 1) return;
  const auto largest = *std::max_element(probabilities.begin(), probabilities.end());
  for (auto& probability : probabilities)
    probability = std::pow(probability / largest, 1 / temperature);
  normalise(probabilities);
}

void keep_likeliest(std::vector<double>& probabilities) {
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  std::fill(probabilities.begin(), best, 0.0);
  std::fill(best + 1, probabilities.end(), 0.0);
  *best = 1;
}

void keep_top(std::vector<double>& probabilities, std::size_t count) {
  if (count == 0 || count >= probabilities.size()) return;
  auto sorted = probabilities;
  const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
  for (auto& probability : probabilities) {
    if (probability < *last) probability = 0;
  }
}

void cut(std::vector<double>& probabilities, const Sampling& sampling) {
  keep_top(probabilities, sampling.top_k);
  if (sampling.top_p < 1) {
    normalise(probabilities);
    keep_nucleus(probabilities, sampling.top_p);
  }
  const auto least = sampling.min_p * *std::max_element(probabilities.begin(), probabilities.end());
  for (auto& probability : probabilities) {
    if (probability < least) probability = 0;
  }
  normalise(probabilities);
}

}  // namespace

void shape(std::vector<double>& probabilities, const Sampling& sampling) {
  if (!sampling.bias.empty()) add_bias(probabilities, sampling);
  if (sampling.temperature == 0) return keep_likeliest(probabilities);
  if (sampling.cuts_first) cut(probabilities, sampling);
  flatten(probabilities, sampling.temperature);
  if (!sampling.cuts_first) cut(probabilities, sampling);
}

}  // namespace assay::teacher
