#include "teacher/model.hpp"

#include "assay/content_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace assay::teacher {

namespace {

// At influence 1, 300 tokens of context weigh as much as the corpus's unigram, and one recent pair
// as one of the corpus.
constexpr double rho_unit = 1.0 / 300;
constexpr double eta_unit = 1.0;

// Raise when the arithmetic changes, so that fingerprints of unequal probabilities never agree.
constexpr int model_version = 1;

struct NumberSetting {
  std::string_view key;
  double ModelSettings::* field;
  double above;  // exclusive when 0 is excluded, see `zero`
  double most;
  bool zero;  // 0 itself is allowed
};
constexpr NumberSetting number_settings[] = {
    {"temperature", &ModelSettings::temperature, 0, 10, false},
    {"influence", &ModelSettings::influence, 0, 100, true},
    {"floor", &ModelSettings::floor, 0, 0.5, false},
};

Status set_number(ModelSettings& settings, const NumberSetting& row, std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool whole = error == std::errc{} && end == value.data() + value.size();
  if (!whole || !(number > row.above || (row.zero && number == 0)) || !(number <= row.most)) {
    return fail(Errc::usage,
                fmt::format("model {}: {}={} is not a number {} 0 and at most {}",
                            settings.name,
                            row.key,
                            value,
                            row.zero ? "from" : "above",
                            row.most));
  }
  settings.*row.field = number;
  return {};
}

Status set(ModelSettings& settings, std::string_view key, std::string_view value) {
  if (key == "corpus") {
    const auto corpus = corpus_of(value);
    if (!corpus) {
      return fail(
          Errc::usage,
          fmt::format(
              "model {}: there is no corpus {}; use almanac or harbour", settings.name, value));
    }
    settings.corpus = *corpus;
    return {};
  }
  for (const auto& row : number_settings) {
    if (row.key == key) return set_number(settings, row, value);
  }
  return fail(
      Errc::usage,
      fmt::format("model {}: there is no setting {}; use temperature, influence, floor or corpus",
                  settings.name,
                  key));
}

}  // namespace

Result<ModelSettings> parse_model_settings(std::string_view text) {
  ModelSettings settings;
  const auto colon = text.find(':');
  settings.name = text.substr(0, colon);
  if (settings.name.empty())
    return fail(Errc::usage, fmt::format("model '{}' has no name; write NAME:key=value,...", text));
  auto rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto pair = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    if (auto status = set(settings, pair.substr(0, equals), value); !status)
      return std::unexpected(status.error());
  }
  return settings;
}

Model::Model(ModelSettings settings,
             std::shared_ptr<const Vocabulary> vocabulary,
             std::shared_ptr<const Weights> weights)
    : settings_(std::move(settings)),
      vocabulary_(std::move(vocabulary)),
      weights_(std::move(weights)),
      rho_(rho_unit * settings_.influence),
      eta_(eta_unit * settings_.influence),
      exponent_(1 / settings_.temperature) {
  const auto size = vocabulary_->size();
  const auto& counts = weights_->unigram_counts();
  unigram_.resize(size);
  powers_.resize(size);
  for (TokenId token = 0; token < size; ++token) {
    unigram_[token] =
        (1 - settings_.floor) * counts[token] / weights_->total() + settings_.floor / size;
    powers_[token] = std::pow(unigram_[token], exponent_);
    power_sum_ += powers_[token];
  }
  sums_.resize(size);
  std::partial_sum(unigram_.begin(), unigram_.end(), sums_.begin());
  likeliest_.resize(size);
  std::iota(likeliest_.begin(), likeliest_.end(), TokenId{0});
  const auto better = [this](TokenId a, TokenId b) {
    return unigram_[a] != unigram_[b] ? unigram_[a] > unigram_[b] : a < b;
  };
  std::partial_sort(likeliest_.begin(), likeliest_.begin() + top_max, likeliest_.end(), better);
  likeliest_.resize(top_max);
  const auto identity = fmt::format("{}/{}/{}/{}/{}/{}",
                                    model_version,
                                    name_of(settings_.corpus),
                                    size,
                                    settings_.temperature,
                                    settings_.influence,
                                    settings_.floor);
  fingerprint_ = "fp_" + to_hex(digest_of(identity)).substr(0, 16);
}

}  // namespace assay::teacher
