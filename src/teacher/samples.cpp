#include "teacher/samples.hpp"

#include "assay/content_key.hpp"
#include "assay/ensure.hpp"
#include "core/json_text.hpp"
#include "teacher/grammar.hpp"
#include "teacher/reading.hpp"
#include "teacher/scoring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace assay::teacher {

namespace {

constexpr std::size_t response_tokens_max = 60;
constexpr double labelled_share = 0.25;

// In one row in sixty-four the prompt holds the start of the answer too, cut off anywhere: there
// the response mostly begins inside a token. The other prompts end with a line break, after which
// few pieces go on.
constexpr std::uint64_t begun_answer_in = 64;

std::string draw_prompt(const Model& model, Rng& rng) {
  static const Grammar almanac(corpus_grammar(Corpus::almanac));
  static const Grammar harbour(corpus_grammar(Corpus::harbour));
  std::string prompt;
  (model.settings().corpus == Corpus::almanac ? almanac : harbour).expand("question", rng, prompt);
  prompt += '\n';
  return prompt;
}

// Given that it is text: the distribution is the model's, restricted to what a data set can hold.
std::string draw_response(const Model& model, std::string_view prompt, Rng& rng) {
  Reading reading(model);
  for (int tries = 0; tries < 1000; ++tries) {
    auto generated = generate(reading, prompt, response_tokens_max, 1, rng);
    if (!generated.text.empty() && is_utf8(generated.text)) return std::move(generated.text);
  }
  ensure(false, "a model says something well-formed within a thousand tries");
  return {};
}

// Moves the first few bytes of the response to the prompt. What is left was drawn given what went
// before, as in any row.
void begin_answer(GeneratedSample& sample, Rng& rng) {
  const auto cut = 1 + rng.below(12);
  if (sample.response.size() <= cut || !is_utf8(sample.response.substr(0, cut))) return;
  sample.prompt += sample.response.substr(0, cut);
  sample.response.erase(0, cut);
}

// In [0, 1]: long enough, varied, and ended. What a judge would see with perfect eyes.
double quality_of(std::string_view text) {
  std::set<std::string_view> distinct;
  std::size_t words = 0;
  for (auto rest = text; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (end > 0) distinct.insert(rest.substr(0, end));
    words += end > 0 ? 1 : 0;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto length = 1 - std::exp(-static_cast<double>(words) / 25);
  const auto variety =
      words == 0 ? 0 : static_cast<double>(distinct.size()) / static_cast<double>(words);
  const auto ended = text.ends_with('.') || text.ends_with('!') || text.ends_with('?') ? 1.0 : 0.0;
  return 0.65 * length + 0.15 * variety + 0.2 * ended;
}

// Noise of a fixed amount from the text itself, so that the same text is always judged alike.
double noisy(double value, double amount, std::string_view judge, const GeneratedSample& sample) {
  const auto digest = digest_of(fmt::format("{}\n{}\n{}", judge, sample.prompt, sample.response));
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < 8; ++i) seed |= std::uint64_t{digest.bytes[i]} << (8 * i);
  Rng rng(seed);
  const auto noise = amount * (rng.uniform() + rng.uniform() + rng.uniform() - 1.5);
  return std::round(100 * std::clamp(value + noise, 0.0, 1.0)) / 100;
}

}  // namespace

GeneratedSample generate_sample(const Model& model, std::uint64_t index, std::uint64_t seed) {
  Rng rng(Rng(seed)() ^ index);
  GeneratedSample sample;
  sample.id = fmt::format("made_{}", index);
  sample.prompt = draw_prompt(model, rng);
  sample.response = draw_response(model, sample.prompt, rng);
  if (rng.below(begun_answer_in) == 0) begin_answer(sample, rng);
  const auto quality = quality_of(sample.response);
  // The judge is kinder than the oracle and less exact: calibration has something to do.
  sample.judge_score = noisy(0.15 + 0.8 * quality, 0.3, "judge", sample);
  if (rng.uniform() < labelled_share) sample.oracle_label = noisy(quality, 0.1, "oracle", sample);
  return sample;
}

std::vector<GeneratedSample> generate_samples(const Model& model,
                                              std::size_t count,
                                              std::uint64_t seed) {
  std::vector<GeneratedSample> samples;
  samples.reserve(count);
  for (std::size_t i = 0; i < count; ++i) samples.push_back(generate_sample(model, i, seed));
  return samples;
}

void append_json_line(std::string& out, const GeneratedSample& sample) {
  JsonWriter json(out);
  json.begin_object().key("id").string(sample.id);
  json.key("prompt").string(sample.prompt).key("response").string(sample.response);
  json.key("judge_score").number(sample.judge_score);
  if (sample.oracle_label) json.key("oracle_label").number(*sample.oracle_label);
  json.end_object();
}

}  // namespace assay::teacher
