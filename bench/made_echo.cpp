#include "made_echo.hpp"

#include "assay/ensure.hpp"
#include "core/json_text.hpp"
#include "core/rng.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>

namespace assay::bench {
namespace {

// Words as a tokenizer cuts prose: most with their blank, few with an escape.
std::string made_token(Rng& rng) {
  constexpr std::array<std::string_view, 16> pieces{" the",
                                                    " of",
                                                    "ing",
                                                    " sea",
                                                    ",",
                                                    " har",
                                                    "bour",
                                                    ".",
                                                    "\n",
                                                    " and",
                                                    " \"",
                                                    "ation",
                                                    " tide",
                                                    " 17",
                                                    " ship",
                                                    "s"};
  return std::string(pieces[rng.below(pieces.size())]);
}

}  // namespace

MadeEcho::MadeEcho(std::size_t tokens) {
  Rng rng(988);
  std::string listed;
  std::string values;
  std::string offsets;
  std::size_t boundary = 0;
  for (std::size_t i = 0; i <= tokens; ++i) {
    if (i > 0) (listed += ',', values += ',', offsets += ',');
    offsets += std::to_string(text_.size());
    if (i == tokens / 4) boundary = text_.size();
    const std::string token = i == tokens ? "!" : made_token(rng);
    append_json_string(listed, token);
    values += i == 0 ? "null"
                     : fmt::format("{:.17g}",
                                   -8.0 * static_cast<double>(rng.below(1U << 30U) + 1) /
                                       static_cast<double>(1U << 30U));
    if (i < tokens) text_ += token;
  }
  body_ =
      R"({"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":)";
  append_json_string(body_, text_ + "!");
  body_ += fmt::format(
      R"(,"logprobs":{{"tokens":[{}],"token_logprobs":[{}],"text_offset":[{}]}},"finish_reason":"length"}}],)"
      R"("usage":{{"prompt_tokens":{},"completion_tokens":1,"total_tokens":{}}}}})",
      listed,
      values,
      offsets,
      tokens,
      tokens + 1);
  body_.append(body_padding, '\0');
  prompt_ = {text_, boundary};
}

double on_demand_score(const MadeEcho& echo) {
  namespace on_demand = simdjson::ondemand;
  static on_demand::parser parser;
  const std::string_view body = echo.answer().body;
  const std::string_view text = echo.prompt().text;
  on_demand::document document =
      parser.iterate(body.data(), body.size(), body.size() + body_padding);
  on_demand::object root = document.get_object();
  on_demand::array choices = root.find_field("choices").get_array();
  double sum = 0;
  static std::vector<std::size_t> begins;
  begins.clear();
  for (on_demand::object choice : choices) {
    ensure(std::string_view(choice.find_field("text").get_string()).starts_with(text), "the text");
    on_demand::object log_probs = choice.find_field("logprobs").get_object();
    std::size_t at = 0;
    for (const std::string_view token : log_probs.find_field("tokens").get_array()) {
      begins.push_back(at);
      if (at == text.size()) continue;
      ensure(text.substr(at).starts_with(token), "the token");
      at += token.size();
    }
    ensure(at == text.size(), "all of the text");
    std::size_t i = 0;
    for (on_demand::value value : log_probs.find_field("token_logprobs").get_array()) {
      if (i > 0) {
        const double nats = value.get_double();
        ensure(nats <= 0, "a log-probability");
        if (begins[i] >= echo.prompt().boundary && begins[i] < text.size()) sum += nats;
      }
      ++i;
    }
    i = 0;
    for (const std::uint64_t offset : log_probs.find_field("text_offset").get_array()) {
      ensure(offset == begins[i++], "the offset");
    }
    ensure(std::string_view(choice.find_field("finish_reason").get_string()) == "length",
           "the end");
  }
  const std::uint64_t counted = root.find_field("usage").get_object().find_field("prompt_tokens");
  ensure(counted + 1 == begins.size(), "the count");
  return sum;
}

double DialectScore::operator()(const MadeEcho& echo) {
  const wire::ScoreCall call{.model = "m", .served_as = {}, .prompts = {&echo.prompt(), 1}};
  static const wire::Dialect& dialect = *wire::find_dialect("openai");
  dialect.read_score(call, echo.answer(), scratch_, reading_);
  const Score* score = reading_.prompts.front().outcome.score();
  ensure(score != nullptr && score->certificate.grade() == Grade::a, "a proved score");
  return score->logprob.nats();
}

}  // namespace assay::bench
