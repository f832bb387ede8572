#include "doctor/paper_endpoint.hpp"

#include "core/json_text.hpp"
#include "core/utf8.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::test {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Weights of the next byte after each byte, as they are before any text.
struct ByteTable {
  std::array<std::array<double, 256>, 256> weights{};
  std::array<double, 256> sums{};

  ByteTable() {
    for (std::size_t before = 0; before < 256; ++before) {
      Rng rng(before);
      for (std::size_t next = 0; next < 256; ++next) {
        weights[before][next] = 1.0 + static_cast<double>(rng.below(7));
        sums[before] += weights[before][next];
      }
    }
  }
};

// The table as a text goes on. There is one table, and what a text changed in it is taken back at
// its end: to make a table costs a thousand times more than to read a text. One model at a time.
class ByteModel {
 public:
  ByteModel() = default;
  ByteModel(const ByteModel&) = delete;
  ByteModel& operator=(const ByteModel&) = delete;
  ~ByteModel() {
    for (const auto& [before, next] : read_) add(before, next, -learnt);
  }

  double read(char before, char next) {
    const auto b = static_cast<unsigned char>(before);
    const auto n = static_cast<unsigned char>(next);
    const double nats = std::log(table().weights[b][n] / table().sums[b]);
    add(b, n, learnt);
    read_.emplace_back(b, n);
    return nats;
  }
  [[nodiscard]] static double weight(char before, char next) {
    return table().weights[static_cast<unsigned char>(before)][static_cast<unsigned char>(next)];
  }

 private:
  static constexpr double learnt = 200;  // whole, so that taking back is exact

  static ByteTable& table() {
    static ByteTable only;
    return only;
  }
  static void add(unsigned char before, unsigned char next, double amount) {
    table().weights[before][next] += amount;
    table().sums[before] += amount;
  }

  std::vector<std::pair<unsigned char, unsigned char>> read_;
};

double read_token(ByteModel& model, char before, std::string_view token) {
  double nats = 0;
  for (const char c : token) {
    nats += model.read(before, c);
    before = c;
  }
  return nats;
}

PaperRequest parse(const std::string& body) {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(body);
  PaperRequest request;
  request.model = std::string(std::string_view{root["model"]});
  request.max_tokens = root["max_tokens"];
  request.temperature = root["temperature"];
  request.top_p = root["top_p"];
  request.top_k = root["logprobs"];
  request.streamed = root["stream"];
  if (root["prompt"].is_string()) {
    request.prompts.emplace_back(std::string_view{root["prompt"]});
    return request;
  }
  for (const simdjson::dom::element prompt : root["prompt"].get_array()) {
    request.prompts.emplace_back(std::string_view{prompt});
  }
  return request;
}

// Punctuation that keeps to itself when it is read again.
constexpr std::string_view generable = ".,;!";

void generate(PaperChoice& choice, std::int64_t count) {
  ByteModel model;
  std::string& text = choice.text;
  for (std::size_t i = 1; i < text.size(); ++i) static_cast<void>(model.read(text[i - 1], text[i]));
  for (; count > 0; --count) {
    const char best = *std::ranges::max_element(
        generable, {}, [&](char c) { return ByteModel::weight(text.back(), c); });
    static_cast<void>(model.read(text.back(), best));
    text += best;
    choice.tokens.emplace_back(1, best);
    ++choice.generated;
  }
}

PaperChoice continued(const std::string& prompt, std::int64_t count) {
  PaperChoice choice{.text = prompt, .tokens = paper_tokens(prompt), .nats = {}};
  generate(choice, count);
  choice.nats = paper_nats(choice.tokens);
  return choice;
}

void write_tops(JsonWriter& json, const PaperChoice& choice) {
  json.key("top_logprobs").begin_array();
  for (std::size_t i = 0; i < choice.tokens.size(); ++i) {
    if (!choice.nats[i]) {
      json.null();
      continue;
    }
    json.begin_object();
    json.key(choice.tokens[i]).number(*choice.nats[i]);
    json.end_object();
  }
  json.end_array();
}

void write_choice(JsonWriter& json, std::size_t index, const PaperChoice& choice, bool tops) {
  json.begin_object();
  json.key("index").number(static_cast<std::uint64_t>(index));
  json.key("text").string(choice.text);
  json.key("finish_reason").string("length");
  json.key("logprobs").begin_object();
  json.key("tokens").begin_array();
  for (const std::string& token : choice.tokens) json.string(token);
  json.end_array();
  json.key("token_logprobs").begin_array();
  for (const auto& nats : choice.nats) nats ? json.number(*nats) : json.null();
  json.end_array();
  if (tops) write_tops(json, choice);
  json.end_object().end_object();
}

std::string json_of(const PaperAnswer& answer, bool tops) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("model").string(answer.model);
  json.key("system_fingerprint").string(answer.fingerprint);
  json.key("choices").begin_array();
  for (std::size_t i = 0; i < answer.choices.size(); ++i)
    write_choice(json, i, answer.choices[i], tops);
  json.end_array();
  json.key("usage").begin_object();
  json.key("prompt_tokens").number(answer.prompt_tokens);
  json.key("completion_tokens").number(answer.completion_tokens);
  json.end_object().end_object();
  return text;
}

}  // namespace

std::vector<std::string> paper_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end =
        at + (text[at] == ' ' && at + 1 < text.size() && is_letter(text[at + 1]) ? 1 : 0);
    if (is_letter(text[end])) {
      while (end < text.size() && is_letter(text[end])) ++end;
    } else {
      end = at + std::max<std::size_t>(1, first_character(text.substr(at)).length);
    }
    tokens.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

std::vector<std::optional<double>> paper_nats(const std::vector<std::string>& tokens) {
  ByteModel model;
  std::vector<std::optional<double>> nats;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i == 0) {
      static_cast<void>(read_token(model, tokens[0][0], std::string_view(tokens[0]).substr(1)));
      nats.emplace_back();
    } else {
      nats.emplace_back(read_token(model, tokens[i - 1].back(), tokens[i]));
    }
  }
  return nats;
}

std::string PaperEndpoint::answer(const std::string& body) {
  const PaperRequest request = parse(body);
  PaperAnswer answer;
  answer.model = request.model;
  for (const std::string& prompt : request.prompts) {
    answer.choices.push_back(continued(prompt, request.max_tokens));
    const PaperChoice& choice = answer.choices.back();
    answer.prompt_tokens += static_cast<std::int64_t>(choice.tokens.size() - choice.generated);
    answer.completion_tokens += static_cast<std::int64_t>(choice.generated);
  }
  if (lie_) lie_(request, answer);
  const std::string json = json_of(answer, request.top_k > 0);
  return request.streamed ? "data: " + json + "\n\ndata: [DONE]\n\n" : json;
}

doctor::Diagnosis examine(PaperEndpoint& endpoint, const std::string& clone) {
  const wire::Dialect& dialect = *wire::find_dialect("openai");
  doctor::Examination examination({.dialect = &dialect, .model = "paper", .clone = clone});
  wire::Scratch scratch;
  const std::vector<HeaderField> headers{{"x-ratelimit-limit-requests", "60"}};
  for (std::size_t round = 0; round < doctor::round_count; ++round) {
    for (doctor::Exchange& exchange : examination.plan(static_cast<doctor::Round>(round))) {
      const std::string model = exchange.under_clone ? clone : "paper";
      std::string text = endpoint.answer(doctor::body_of(exchange, dialect, model).value());
      const std::size_t size = text.size();
      text.append(body_padding, '\0');
      const AnswerView view{.status = 200, .headers = &headers, .body = {text.data(), size}};
      auto seen = doctor::read_answer(exchange, dialect, model, view, scratch);
      examination.add(std::move(exchange), std::move(seen));
    }
  }
  return examination.diagnose();
}

std::string failures_of(const doctor::Diagnosis& diagnosis) {
  std::string names;
  for (const auto& [property, finding] : diagnosis.entries) {
    if (finding.verdict != doctor::Verdict::fail) continue;
    names += (names.empty() ? "" : " ") + std::string(property->name);
  }
  return names;
}

const doctor::Finding& finding_of(const doctor::Diagnosis& diagnosis, std::string_view property) {
  for (const auto& entry : diagnosis.entries) {
    if (entry.property->name == property) return entry.finding;
  }
  BOOST_FAIL("no property " << property);
  std::abort();
}

}  // namespace assay::test
