#include "teacher/scoring.hpp"

#include <cmath>

namespace assay::teacher {

namespace {

// Neumaier's compensated sum. Written here and not taken from core: the client's sum must not share
// a mistake with it.
class ExactSum {
 public:
  void add(double value) {
    const auto next = sum_ + value;
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - next) + value : (value - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

// Gives the bytes that now stand before the text.
std::size_t put_beginning(std::vector<TokenId>& tokens, const Model& model, Beginning beginning) {
  if (beginning == Beginning::plain) return 0;
  tokens.insert(tokens.begin(), Vocabulary::begin_of_text);
  return model.vocabulary().bytes_of(Vocabulary::begin_of_text).size();
}

}  // namespace

std::vector<ScoredToken> score_text(const Model& model, std::string_view text) {
  return score_tokens(model, model.vocabulary().encode(text));
}

std::vector<ScoredToken> score_tokens(const Model& model, std::span<const TokenId> tokens) {
  std::vector<ScoredToken> scored;
  Reading reading(model);
  std::size_t begin = 0;
  for (const auto token : tokens) {
    scored.push_back({token, begin, std::nullopt});
    if (!reading.empty()) scored.back().nats = reading.log_prob(token);
    reading.advance(token);
    begin += model.vocabulary().bytes_of(token).size();
  }
  return scored;
}

std::expected<ResponseScore, NoScore> score_response(const Model& model,
                                                     std::string_view prompt,
                                                     std::string_view response,
                                                     Beginning beginning) {
  if (response.empty()) return std::unexpected(NoScore::empty_response);
  if (prompt.empty() && beginning == Beginning::plain)
    return std::unexpected(NoScore::nothing_before);
  auto tokens_read = model.vocabulary().encode(std::string(prompt).append(response));
  const auto boundary = prompt.size() + put_beginning(tokens_read, model, beginning);
  ExactSum sum;
  std::int64_t tokens = 0;
  bool exact = false;
  for (const auto& scored : score_tokens(model, tokens_read)) {
    if (scored.begin < boundary) continue;
    exact = exact || scored.begin == boundary;
    if (!exact) break;
    sum.add(*scored.nats);
    ++tokens;
  }
  if (!exact) return std::unexpected(NoScore::boundary_inside_token);
  return ResponseScore{sum.value(), tokens};
}

std::expected<ResponseScore, NoScore> score_response_by_ids(const Model& model,
                                                            std::string_view prompt,
                                                            std::string_view response,
                                                            Beginning beginning) {
  if (response.empty()) return std::unexpected(NoScore::empty_response);
  auto tokens = model.vocabulary().encode(prompt);
  put_beginning(tokens, model, beginning);
  if (tokens.empty()) return std::unexpected(NoScore::nothing_before);
  const auto boundary = tokens.size();
  model.vocabulary().encode(response, tokens);
  const auto scored = score_tokens(model, tokens);
  ExactSum sum;
  for (auto i = boundary; i < scored.size(); ++i) sum.add(*scored[i].nats);
  return ResponseScore{sum.value(), static_cast<std::int64_t>(scored.size() - boundary)};
}

Generated generate(const Model& model,
                   std::string_view prompt,
                   std::size_t tokens_max,
                   double temperature,
                   Rng& rng) {
  Reading reading(model);
  return generate(reading, prompt, tokens_max, temperature, rng);
}

Generated generate(Reading& reading,
                   std::string_view prompt,
                   std::size_t tokens_max,
                   double temperature,
                   Rng& rng) {
  const auto& vocabulary = reading.model().vocabulary();
  reading.restart();
  for (const auto token : vocabulary.encode(prompt)) reading.advance(token);
  Generated generated{{}, {}, false};
  while (generated.tokens.size() < tokens_max) {
    const auto token = reading.sample(temperature, rng);
    generated.tokens.push_back(token);
    if (Vocabulary::is_end(token)) {
      generated.ended = true;
      break;
    }
    generated.text += vocabulary.bytes_of(token);
    reading.advance(token);
  }
  return generated;
}

}  // namespace assay::teacher
