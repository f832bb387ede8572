// Every dialect that can score, against the teacher speaking it: the model's own values for
// responses of the arena data, and the named refusal where the boundary lies inside a token.

#include "core/json_text.hpp"
#include "dataset/dataset.hpp"
#include "e2e/lab.hpp"
#include "support/shared_data.hpp"
#include "teacher/language.hpp"
#include "teacher/scoring.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::test {
namespace {

using teacher::Beginning;

struct Spoken {
  const char* dialect;  // the client's
  const char* teacher;  // the teacher's name for it
  const char* method = "echo";
  Beginning beginning = Beginning::plain;  // what the server puts before a text
};
constexpr std::array spoken{
    Spoken{"openai", "openai"},
    Spoken{"openai-compatible", "openai"},
    Spoken{"fireworks", "fireworks"},
    Spoken{"together", "together"},
    Spoken{"vllm", "vllm"},  // told to add nothing
    Spoken{"vllm", "vllm", "ids"},
    Spoken{"vllm-prompt-logprobs", "vllm", "echo", Beginning::bos},
    Spoken{"sglang", "sglang", "echo", Beginning::bos},
    Spoken{"sglang", "sglang", "ids"},
    Spoken{"tgi", "tgi", "echo", Beginning::bos},
    Spoken{"llama-cpp-python", "llama-cpp-python", "echo", Beginning::bos},
};

std::string name_of(const Spoken& one) {
  return fmt::format("{}-{}", one.dialect, one.method);
}

bool is_plain(const Sample& sample) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80U; };
  return std::ranges::all_of(sample.prompt + sample.response, is_ascii);
}

// `count` rows of the arena data, half of them with text beyond ASCII.
std::vector<Sample> arena_rows(const std::string& data, std::size_t count) {
  auto samples = dataset::open_files(dataset::list_files({data})->files);
  std::vector<Sample> rows;
  std::array<std::size_t, 2> left{count - count / 2, count / 2};  // plain, not
  for (const Row* row = (*samples)->next().value();
       row != nullptr && left != std::array<std::size_t, 2>{};
       row = (*samples)->next().value()) {
    if (!row->has_value() || (**row).prompt.empty()) continue;
    std::size_t& of_kind = left[is_plain(**row) ? 0 : 1];
    if (of_kind == 0) continue;
    --of_kind;
    rows.push_back(**row);
  }
  return rows;
}

std::string lines_for(const std::vector<Sample>& rows) {
  std::string text;
  for (const Sample& row : rows) {
    text += R"({"prompt":)";
    append_json_string(text, row.prompt);
    text += R"(,"response":)";
    append_json_string(text, row.response);
    text += "}\n";
  }
  return text;
}

// One endpoint and one policy for each way to ask. Their weights differ by name, so that no answer
// stands for another.
std::string config_of(Lab& lab, std::span<const Spoken> ways, const std::string& data) {
  std::string endpoints;
  std::string policies;
  for (const Spoken& way : ways) {
    endpoints += fmt::format(
        "  - {{name: {0}, dialect: {1}, base_url: \"{2}\", api_key_env: ASSAY_LAB_KEY, ca_file: "
        "{3}, "
        "limits: {{concurrency: 32}}, "
        "price: {{input_usd_per_million: 0.2, output_usd_per_million: 0.2}}}}\n",
        name_of(way),
        way.dialect,
        lab.server().base_url(way.teacher),
        lab.server().ca_file().string());
    policies += fmt::format(
        "  - {{name: {0}, model: teacher-base, weights: {0}, endpoints: [{0}], method: {1}}}\n",
        name_of(way),
        way.method);
  }
  return fmt::format(
      "run: {{dir: {}, seed: 1, max_failure_rate: 1, loops: 1, unverified: true}}\ndata: {{path: "
      "{}}}\nendpoints:\n{}"
      "policies:\n{}",
      lab.path("run").string(),
      data,
      endpoints,
      policies);
}

struct Count {
  std::size_t values = 0;         // the model's own to 1e-9
  std::size_t values_beyond = 0;  // of these: of text beyond ASCII
  std::size_t straddles = 0;      // foretold, and refused by name
  std::size_t wrong = 0;
  std::string first_wrong;
};

void compare(const Spoken& way, const Sample& row, simdjson::dom::element line, Count& count) {
  const auto& model = teacher::bundled_model("teacher-base");
  const bool by_text = std::string_view(way.method) == "echo";
  const auto own =
      by_text ? teacher::score_response(model, row.prompt, row.response, way.beginning)
              : teacher::score_response_by_ids(model, row.prompt, row.response, way.beginning);
  const auto wrong = [&](std::string what) {
    if (count.wrong++ == 0)
      count.first_wrong = fmt::format("{}: {}", simdjson::to_string(line), what);
  };
  if (std::string_view{line["status"]} != "ok") {
    const std::string_view cls = line["failure"]["class"];
    if (own.has_value() || cls != "boundary_inside_token") return wrong("an unforetold failure");
    ++count.straddles;
    return;
  }
  if (!own) return wrong("a value where there is none");
  if (std::abs(double{line["logprob"]} - own->nats) > 1e-9) {
    return wrong(fmt::format("the model says {}", own->nats));
  }
  if (std::int64_t{line["tokens"]} != own->tokens) return wrong("another number of tokens");
  ++count.values;
  count.values_beyond += is_plain(row) ? 0U : 1U;
}

std::vector<Count> compare_all(std::span<const Spoken> ways,
                               const std::vector<Sample>& rows,
                               const std::string& results) {
  std::vector<Count> counts(ways.size());
  const std::vector<std::string> lines = lines_of(results);
  BOOST_REQUIRE(lines.size() == rows.size() * ways.size());
  simdjson::dom::parser parser;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t way = i % ways.size();
    const simdjson::dom::element line = parser.parse(lines[i]);
    BOOST_REQUIRE(std::string_view{line["policy"]} == name_of(ways[way]));
    compare(ways[way], rows[i / ways.size()], line, counts[way]);
  }
  return counts;
}

std::vector<Count> scored(std::span<const Spoken> ways, const std::vector<Sample>& rows) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", lines_for(rows));
  const auto ended =
      lab.assay({"score", "-c", lab.write("config.yaml", config_of(lab, ways, data))});
  BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
  return compare_all(ways, rows, lab.read("run/results.jsonl"));
}

BOOST_AUTO_TEST_SUITE(dialects)

BOOST_AUTO_TEST_CASE(each_that_can_score_gives_the_models_own_values) {
  const auto shared = shared_data();
  if (!shared) return;
  const std::vector<Sample> rows = arena_rows((*shared / "arena").string(), 500);
  BOOST_REQUIRE(rows.size() == 500u);
  const std::vector<Count> counts = scored(spoken, rows);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Count& count = counts[i];
    BOOST_TEST_CONTEXT(name_of(spoken[i])
                       << ": values " << count.values << ", beyond ASCII " << count.values_beyond
                       << ", straddles " << count.straddles) {
      BOOST_TEST(count.wrong == 0u, count.first_wrong);
      BOOST_TEST(count.values + count.straddles == 500u);
      BOOST_TEST(count.values_beyond > 100u);
      const bool by_ids = std::string_view(spoken[i].method) == "ids";
      BOOST_TEST((count.straddles == 0u) == by_ids);
    }
  }
}

BOOST_AUTO_TEST_CASE(forced_steps_give_the_models_own_values_too) {
  const std::array ways{Spoken{"llamacpp", "llama.cpp", "forced"}};
  std::vector<Sample> rows(3);
  rows[0].prompt = rows[1].prompt = rows[2].prompt = "The harbour lies to the south.";
  rows[0].response = " Ships come in.";
  rows[1].response = " No\u00ebl, d\u00e9j\u00e0.";
  rows[2].response = "a response that no space parts from its prompt";
  const std::vector<Count> counts = scored(ways, rows);
  BOOST_TEST(counts[0].wrong == 0u, counts[0].first_wrong);
  BOOST_TEST(counts[0].values == 3u);
}

BOOST_AUTO_TEST_CASE(the_others_say_what_to_use_instead) {
  Lab lab;
  const std::string data = lab.write("data.jsonl",
                                     R"({"prompt":"a b","response":" c"})"
                                     "\n");
  for (const char* dialect :
       {"llamacpp", "openai-chat", "azure", "anthropic", "gemini", "openrouter", "deepinfra"}) {
    const auto ended = lab.assay({"score",
                                  "-i",
                                  data,
                                  "-o",
                                  lab.path("run").string(),
                                  "--dialect",
                                  dialect,
                                  "--base-url",
                                  lab.server().base_url(),
                                  "--model",
                                  "m",
                                  "--api-key-env",
                                  "ASSAY_LAB_KEY"});
    BOOST_TEST(ended.exit_code == 2, dialect << ": " << ended.err);
    BOOST_TEST(ended.err.contains("gives no log-probs of a prompt"), dialect << ": " << ended.err);
    BOOST_TEST(ended.err.contains("use "), dialect << ": " << ended.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
