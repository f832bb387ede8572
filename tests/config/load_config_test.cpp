#include "config/load.hpp"
#include "config/snapshot.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

namespace assay::config {
namespace {

constexpr std::string_view good = R"(run: {dir: runs/x, seed: 7}
data: {path: a.jsonl}
endpoints:
  - name: local
    base_url: https://127.0.0.1:8443/v1/
    api_key_env: ASSAY_TEACHER_KEY
policies:
  - {name: base, model: teacher-base}
)";

Sources from(std::string_view text) {
  Sources sources;
  sources.file = YamlFile{"run.yaml", std::string(text)};
  sources.dialects = {"openai", "fireworks"};
  sources.templates = {"none", "chatml"};
  return sources;
}

Loaded loaded(const Sources& sources) {
  auto result = load(sources);
  if (!result) BOOST_FAIL(result.error().detail);
  return std::move(*result);
}

std::string problems_of(const Sources& sources) {
  const auto result = load(sources);
  return result ? std::string() : result.error().detail;
}

// A good file with `lines` behind it.
std::string problems_with(std::string_view lines) {
  return problems_of(from(std::string(good) + std::string(lines)));
}

std::string place_of(const Loaded& found, std::string_view path) {
  const auto setting = std::ranges::find(found.settings, path, &Setting::path);
  return setting == found.settings.end() ? "no such setting" : setting->origin.place;
}

void check_problem(const std::string& problems, std::string_view part) {
  BOOST_TEST_CONTEXT(problems) {
    BOOST_TEST(problems.contains(part));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_config)

BOOST_AUTO_TEST_CASE(nothing_given_is_all_defaults) {
  const Config config = loaded({}).config;
  BOOST_TEST(config.run.dir == "");
  BOOST_TEST((config.run.detail == Detail::standard));
  BOOST_TEST(config.run.max_failure_rate == 0.01);
  BOOST_TEST(!config.run.loops.fixed.has_value());
  BOOST_TEST(config.data.format == "auto");
  BOOST_TEST((config.network.first_byte == std::chrono::minutes(2)));
  BOOST_TEST((config.network.total == std::chrono::minutes(5)));
  BOOST_TEST(config.retry.attempts == 5);
  BOOST_TEST(config.endpoints.empty());
  BOOST_TEST(!config.budget.usd.has_value());
}

BOOST_AUTO_TEST_CASE(the_version_of_http_may_stand_without_quotes) {
  const auto chosen = [](const std::string& http) {
    std::string text(good);
    text.insert(text.find("    api_key_env"), "    http: " + http + "\n");
    return from(text);
  };
  BOOST_TEST((loaded(chosen("2")).config.endpoints[0].http == Http::http2));
  BOOST_TEST((loaded(chosen("1.1")).config.endpoints[0].http == Http::http1));
  BOOST_TEST((loaded(chosen("\"auto\"")).config.endpoints[0].http == Http::automatic));
  check_problem(problems_of(chosen("3")), "endpoints[0].http");
}

BOOST_AUTO_TEST_CASE(a_file_is_read_and_the_rest_derived) {
  const Config config = loaded(from(good)).config;
  BOOST_TEST(config.run.seed == 7u);
  BOOST_REQUIRE_EQUAL(config.endpoints.size(), 1u);
  BOOST_TEST(config.endpoints[0].base_url == "https://127.0.0.1:8443/v1");
  BOOST_TEST(config.endpoints[0].dialect == "openai");
  BOOST_TEST(!config.endpoints[0].price().has_value());
  BOOST_TEST((config.policies[0].endpoints == std::vector<std::string>{"local"}));
  BOOST_TEST(config.policies[0].weights == "https://127.0.0.1:8443/teacher-base");
  BOOST_TEST(config.policies[0].template_name == "none");
  BOOST_TEST(require_scoring(config).has_value());
}

BOOST_AUTO_TEST_CASE(flag_beats_variable_beats_file_beats_default) {
  Sources sources = from(good);
  BOOST_TEST(place_of(loaded(sources), "run.seed") == "run.yaml:1:26");
  sources.environment["ASSAY_SEED"] = "8";
  BOOST_TEST(place_of(loaded(sources), "run.seed") == "ASSAY_SEED");
  sources.flags.push_back({"--seed", {"9"}});
  const Loaded all = loaded(sources);
  BOOST_TEST(place_of(all, "run.seed") == "--seed");
  BOOST_TEST(all.config.run.seed == 9u);
  BOOST_TEST(place_of(all, "run.detail") == "default");
  BOOST_TEST(place_of(all, "policies[base].weights") == "default");
  BOOST_TEST(place_of(all, "endpoints[local].base_url") == "run.yaml:5:15");
}

BOOST_AUTO_TEST_CASE(an_empty_variable_counts_as_not_set) {
  Sources sources = from(good);
  sources.environment["ASSAY_SEED"] = "";
  BOOST_TEST(loaded(sources).config.run.seed == 7u);
}

BOOST_AUTO_TEST_CASE(a_first_score_needs_no_file) {
  Sources sources;
  sources.flags = {{"--base-url", {"https://127.0.0.1:8443/v1"}},
                   {"--model", {"org/tiny:free"}},
                   {"--api-key-env", {"KEY"}},
                   {"--ca-file", {"ca.pem"}},
                   {"--concurrency", {"64"}},
                   {"--rpm", {"auto"}},
                   {"--tpm", {"10k"}},
                   {"--max-cost", {"$2.50"}},
                   {"--input-price", {"0.20"}},
                   {"--output-price", {"0.20"}},
                   {"--max-duration", {"2h"}},
                   {"--template", {"chatml"}},
                   {"--system-prompt", {""}},
                   {"--detail", {"debug"}},
                   {"--input", {"a.jsonl", "b.jsonl"}},
                   {"--output", {"runs/x"}}};
  const Config config = loaded(sources).config;
  BOOST_REQUIRE_EQUAL(config.endpoints.size(), 1u);
  BOOST_TEST(config.endpoints[0].name == "default");
  BOOST_TEST(*config.endpoints[0].limits.concurrency.fixed == 64);
  BOOST_TEST(!config.endpoints[0].limits.requests_per_minute.fixed.has_value());
  BOOST_TEST(*config.endpoints[0].limits.tokens_per_minute.fixed == 10'000);
  BOOST_TEST(config.endpoints[0].price()->input_nanousd_per_million == 200'000'000);
  BOOST_TEST(config.policies[0].name == "org-tiny-free");
  BOOST_TEST(config.policies[0].model == "org/tiny:free");
  BOOST_TEST(config.policies[0].template_name == "chatml");
  BOOST_TEST(config.budget.usd->nanos() == 2'500'000'000);
  BOOST_TEST(config.data.paths.size() == 2u);
  BOOST_TEST(require_scoring(config).has_value());
}

BOOST_AUTO_TEST_CASE(what_scoring_lacks_is_listed_at_once) {
  const auto status = require_scoring(Config{});
  BOOST_REQUIRE(!status.has_value());
  for (const std::string_view part : {"-o DIR", "-i FILE", "--base-url", "--model"})
    BOOST_TEST(status.error().detail.contains(part));
}

BOOST_AUTO_TEST_CASE(limits_apply_to_each_endpoint_and_an_address_to_the_only_one) {
  Sources sources = from(
      "endpoints:\n  - {name: a, base_url: 'https://a'}\n  - {name: b, base_url: 'https://b'}\n");
  sources.flags = {{"--concurrency", {"9"}}};
  const Config config = loaded(sources).config;
  BOOST_TEST((config.endpoints[0].limits.concurrency.fixed == 9 &&
              config.endpoints[1].limits.concurrency.fixed == 9));
  sources.flags = {{"--base-url", {"https://c"}}};
  check_problem(problems_of(sources),
                "--base-url: can change one of the endpoints only, and the file has 2");
}

BOOST_AUTO_TEST_CASE(a_variable_about_endpoints_alone_makes_none) {
  Sources sources;
  sources.environment["ASSAY_CONCURRENCY"] = "9";
  BOOST_TEST(loaded(sources).config.endpoints.empty());
}

BOOST_AUTO_TEST_CASE(the_ecosystem_s_address_brings_its_key) {
  Sources sources;
  sources.environment = {{"OPENAI_BASE_URL", "https://llm.example.com/v1"},
                         {"OPENAI_API_KEY", "secret"}};
  sources.flags = {{"--model", {"m"}}};
  const Loaded found = loaded(sources);
  BOOST_TEST(found.config.endpoints[0].base_url == "https://llm.example.com/v1");
  BOOST_TEST(found.config.endpoints[0].api_key_env == "OPENAI_API_KEY");
  BOOST_TEST(place_of(found, "endpoints[default].base_url") == "OPENAI_BASE_URL");
}

BOOST_AUTO_TEST_CASE(a_key_s_variable_is_assumed_for_its_provider_only) {
  Sources sources;
  sources.environment = {{"OPENAI_API_KEY", "secret"}};
  sources.flags = {{"--model", {"m"}}, {"--base-url", {"https://api.openai.com/v1"}}};
  BOOST_TEST(loaded(sources).config.endpoints[0].api_key_env == "OPENAI_API_KEY");
  sources.flags[1].values = {"https://api.fireworks.ai/inference/v1"};
  BOOST_TEST(loaded(sources).config.endpoints[0].api_key_env == "FIREWORKS_API_KEY");
  sources.flags[1].values = {"https://api.openai.com.evil.com/v1"};
  BOOST_TEST(loaded(sources).config.endpoints[0].api_key_env == "");
}

BOOST_AUTO_TEST_CASE(a_stronger_key_replaces_one_of_another_kind) {
  Sources sources = from(good);
  sources.flags = {{"--api-key-file", {"key.txt"}}};
  const Config config = loaded(sources).config;
  BOOST_TEST(config.endpoints[0].api_key_file == "key.txt");
  BOOST_TEST(config.endpoints[0].api_key_env == "");
}

BOOST_AUTO_TEST_CASE(unknown_keys_name_place_path_and_the_nearest) {
  const std::string problems =
      problems_of(from("runs: {}\nrun: {sede: 1, limits: 2}\nendpoints:\n  - {name: a, base_ulr: "
                       "x, limits: {rpm: 3}}\nseed: 3\n"));
  BOOST_TEST(problems ==
             "run.yaml:1:1: 'runs' is not a key of a configuration; did you mean run?\n"
             "run.yaml:2:7: 'sede' is not a key of run; did you mean seed?\n"
             "run.yaml:2:16: 'limits' is not a key of run; it has dir, seed, detail, on_failure, "
             "max_failure_rate, loops, unverified, canaries, canary_items, canary_interval\n"
             "run.yaml:4:15: 'base_ulr' is not a key of endpoints[0]; did you mean base_url?\n"
             "run.yaml:4:37: 'rpm' is not a key of endpoints[0].limits; did you mean "
             "requests_per_minute?\n"
             "run.yaml:5:1: 'seed' is not a key of a configuration; did you mean run.seed?");
}

BOOST_AUTO_TEST_CASE(types_are_not_guessed) {
  check_problem(
      problems_with("logging_policy: yes\n"),
      "run.yaml:9:17: logging_policy: 'yes' reads as a truth value in YAML: put quotes around it");
  check_problem(problems_of(from("run: {seed: '7'}")),
                "run.seed: '7' is a text, a number is wanted: remove the quotes");
  check_problem(problems_of(from("run: {seed: 0x7}")), "run.seed: '0x7' is not a whole number");
  check_problem(problems_of(from("run: {seed: 1e3}")), "run.seed");
  check_problem(problems_of(from("run: {seed: -1}")), "run.seed");
  check_problem(problems_of(from("run: {max_failure_rate: .nan}")), "is not a plain decimal");
  check_problem(problems_of(from("run: {max_failure_rate: 1.5}")), "is above 1");
  check_problem(problems_of(from("run: {seed: }")), "run.seed: has no value");
  check_problem(problems_of(from("run: {seed: [1]}")), "run.seed: must be one value");
  check_problem(problems_of(from("run: {dir: {a: b}}")), "run.dir: must be one value");
  check_problem(problems_of(from("run: 7")), "run: must hold keys such as dir");
  check_problem(problems_of(from("run:\n")), "run: is empty");
  check_problem(problems_of(from("budget: {wall: 7200}")), "is not a duration");
  check_problem(problems_of(from("budget: {usd: -1}")), "is not an amount");
  check_problem(problems_of(from("budget: {usd: 0}")), "is below");
  check_problem(problems_of(from("budget: {tokens: 0}")), "is below 1");
  check_problem(problems_of(from("run: {detail: all}")),
                "'all' is not minimal, standard, detailed or debug");
  check_problem(problems_of(from("endpoints: {name: a}")), "endpoints: must be a list");
  check_problem(problems_of(from("[1, 2]")), "not a configuration");
  check_problem(problems_of(from("policies:\n  - {name: base, model: m, revision: 1e10}")),
                "reads as a number");
  check_problem(problems_of(from("policies:\n  - {name: 'two words', model: m}")),
                "'two words' is not a name");
  check_problem(problems_of(from("data: {path: []}")), "data.path: has no value");
}

BOOST_AUTO_TEST_CASE(dates_versions_and_hashes_are_texts) {
  for (const std::string_view text : {"2026-11-21", "1.2.3", "v1", "1e5f00", "a-1", "127.0.0.1"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(problems_of(from("endpoints:\n  - {name: a, base_url: 'https://a'}\npolicies:\n  "
                                  "- {name: b, model: m, revision: " +
                                  std::string(text) + "}\n")) == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(values_must_fit_together) {
  check_problem(problems_with("logging_policy: bse\n"),
                "logging_policy: 'bse' is not a policy; did you mean base?");
  check_problem(problems_with("  - {name: base, model: m}\n"),
                "policies[1]: the name 'base' is taken");
  check_problem(problems_with("  - {name: b, model: m, endpoints: [lcoal]}\n"),
                "policies[1]: endpoint 'lcoal' is not defined; did you mean local?");
  check_problem(problems_with("  - {name: b, model: m, endpoints: [local, local]}\n"),
                "stands twice");
  check_problem(problems_with("  - {name: b}\n"), "policies[1]: has no model");
  check_problem(problems_with("  - {model: m}\n"), "policies[1]: has no name");
  check_problem(problems_with("  - {name: b, model: m, template: chatlm}\n"),
                "template 'chatlm' is not known; did you mean chatml?");
  check_problem(problems_with("budget: {usd: 5}\n"), "endpoints[0]: has no price");
  check_problem(
      problems_of(from("endpoints:\n  - {name: a, base_url: 'https://a', dialect: opnai}")),
      "did you mean openai?");
  check_problem(problems_of(from("endpoints:\n  - {name: a}")), "endpoints[0]: has no base_url");
  check_problem(
      problems_of(from(
          "endpoints:\n  - {name: a, base_url: 'https://a', price: {input_usd_per_million: 1}}")),
      "has one price only");
  check_problem(
      problems_of(from(
          "endpoints:\n  - {name: a, base_url: 'https://a', api_key_env: A, api_key_file: b}")),
      "more than one of api_key_env");
  check_problem(
      problems_of(from("budget: {usd: 1}\nendpoints:\n  - {name: a, base_url: 'https://a', price: "
                       "{input_usd_per_million: 0, output_usd_per_million: 0}}")),
      "price of zero");
}

// One host, two servers behind two paths: the same model's name says nothing there.
BOOST_AUTO_TEST_CASE(a_path_is_part_of_whose_model_it_is) {
  const Loaded found =
      loaded(from("run: {dir: runs/x}\ndata: {path: a.jsonl}\nendpoints:\n"
                  "  - {name: a, base_url: \"https://gpu/llama/v1\", api_key_env: K}\n"
                  "  - {name: b, base_url: \"https://gpu/qwen/v1\", api_key_env: K}\npolicies:\n"
                  "  - {name: p, model: default, endpoints: [a]}\n"
                  "  - {name: q, model: default, endpoints: [b]}\n"));
  BOOST_TEST(found.config.policies[0].weights == "https://gpu/llama/v1/default");
  BOOST_TEST(found.config.policies[1].weights == "https://gpu/qwen/v1/default");
}

BOOST_AUTO_TEST_CASE(stand_ins_must_declare_the_same_weights) {
  const std::string endpoints =
      "endpoints:\n  - {name: a, base_url: 'https://a'}\n  - {name: b, base_url: "
      "'https://b'}\npolicies:\n  - {name: p, model: m, endpoints: [a, b]";
  check_problem(problems_of(from(endpoints + "}\n")), "declare that they serve the same weights");
  BOOST_TEST(problems_of(from(endpoints + ", weights: same}\n")) == "");
}

BOOST_AUTO_TEST_CASE(a_policy_without_endpoints_needs_a_choice_of_one) {
  check_problem(problems_of(from("endpoints:\n  - {name: a, base_url: 'https://a'}\n  - {name: b, "
                                 "base_url: 'https://b'}\npolicies:\n  - {name: p, model: m}")),
                "names no endpoint");
}

BOOST_AUTO_TEST_CASE(a_key_in_any_place_is_refused_and_never_repeated) {
  const std::string key = "sk-proj-abcdefghij0123456789";
  for (const std::string& text :
       {"run: {dir: " + key + "}",
        "endpoints:\n  - {name: a, base_url: 'https://a', api_key_env: " + key + "}",
        "endpoints:\n  - {name: a, base_url: 'https://a/" + key + "'}",
        "endpoints:\n  - {name: a, base_url: 'https://a?key=" + key + "'}",
        "endpoints:\n  - {name: a, base_url: 'https://a', api_key: " + key + "}",
        key + ": 1",
        "policies:\n  - {name: p, model: m, system_prompt: 'say " + key + "'}"}) {
    const std::string problems = problems_of(from(text));
    BOOST_TEST_CONTEXT(problems) {
      BOOST_TEST(problems != "");
      BOOST_TEST(!problems.contains("0123456789"));
    }
  }
  Sources sources;
  sources.flags = {{"--api-key-env", {key}}};
  const std::string problems = problems_of(sources);
  BOOST_TEST((problems != "" && !problems.contains(key)));
}

BOOST_AUTO_TEST_CASE(the_message_about_a_key_names_the_way_out) {
  check_problem(problems_of(from("endpoints:\n  - {name: a, base_url: 'https://a', api_key: x}")),
                "use api_key_env, api_key_file or api_key_command");
}

BOOST_AUTO_TEST_CASE(problems_are_counted_beyond_the_bound) {
  std::string text = "run:\n";
  for (std::size_t i = 0; i < problems_max + 5; ++i)
    text += "  unknown" + std::to_string(i) + ": 1\n";
  const std::string problems = problems_of(from(text));
  BOOST_TEST(std::ranges::count(problems, '\n') == static_cast<std::ptrdiff_t>(problems_max));
  BOOST_TEST(problems.ends_with("... and 5 more"));
}

BOOST_AUTO_TEST_CASE(wrong_flags_alone_are_a_matter_of_usage) {
  Sources sources = from(good);
  sources.flags = {{"--seed", {"x"}}};
  const auto result = load(sources);
  BOOST_REQUIRE(!result);
  BOOST_TEST((result.error().code == Errc::usage));
  BOOST_TEST(result.error().detail ==
             "--seed: 'x' is not a whole number from 0 to 18446744073709551615");
}

BOOST_AUTO_TEST_CASE(a_wrong_variable_names_itself) {
  Sources sources = from(good);
  sources.environment["ASSAY_MAX_DURATION"] = "soon";
  check_problem(problems_of(sources), "ASSAY_MAX_DURATION: 'soon' is not a duration");
}

BOOST_AUTO_TEST_CASE(near_misses_and_lost_escapes_are_noted) {
  Sources sources = from(std::string(good) + "  - {name: t, model: m, system_prompt: 'a\\nb'}\n");
  sources.environment["ASSAY_SEDE"] = "1";
  sources.environment["ASSAY_TEACHER_KEY"] = "x";
  const Loaded found = loaded(sources);
  BOOST_REQUIRE_EQUAL(found.notes.size(), 2u);
  BOOST_TEST(found.notes[0].contains("single quotes keep"));
  BOOST_TEST(found.notes[1].contains("did you mean ASSAY_SEED?"));
}

BOOST_AUTO_TEST_CASE(stand_ins_that_no_method_compares_are_noted) {
  const std::string two =
      "run: {dir: runs/x}\ndata: {path: a.jsonl}\nendpoints:\n"
      "  - {name: near, base_url: \"https://127.0.0.1:1/v1\", api_key_env: K}\n"
      "  - {name: far, base_url: \"https://127.0.0.1:2/v1\", api_key_env: K}\npolicies:\n"
      "  - {name: p, model: m, weights: w, endpoints: [near, far], method: ";
  BOOST_TEST(loaded(from(two + "echo}\n")).notes.empty());
  const Loaded found = loaded(from(two + "two_call}\n"));
  BOOST_REQUIRE_EQUAL(found.notes.size(), 1u);
  BOOST_TEST(found.notes[0].contains("only its first endpoint, 'near'"), found.notes[0]);
}

BOOST_AUTO_TEST_CASE(a_truth_value_is_true_or_false) {
  BOOST_TEST(!loaded(from(good)).config.run.unverified);
  BOOST_TEST(loaded(from("run: {unverified: true}")).config.run.unverified);
  Sources sources = from(good);
  sources.flags = {{"--unverified", {"true"}}};
  BOOST_TEST(loaded(sources).config.run.unverified);
  check_problem(problems_of(from("run: {unverified: yes}")), "is not true or false");
}

BOOST_AUTO_TEST_CASE(control_characters_in_a_message_are_shown_as_escapes) {
  Sources sources = from(good);
  sources.flags = {{"--detail", {"\x1b[31m\nx"}}};
  const std::string problems = problems_of(sources);
  BOOST_TEST((!problems.contains('\x1b') && !problems.contains('\n')));
}

constexpr std::string_view own_template = R"(templates:
  - name: mine
    bos: "<s>"
    user_prefix: "<u>"
    user_suffix: "</u>"
    opening: "<a>"
    end_of_turn: "</a>"
)";

BOOST_AUTO_TEST_CASE(a_template_of_ones_own_is_named_by_policies) {
  const std::string text = std::string(good) + "  - {name: own, model: m, template: mine}\n";
  const Loaded found = loaded(from(text + std::string(own_template)));
  BOOST_REQUIRE(found.config.templates.size() == 1u);
  BOOST_TEST(found.config.templates[0].opening == "<a>");
  BOOST_TEST(found.config.templates[0].system_place == "block");
  BOOST_TEST(!found.config.policies[1].template_digest.empty());
  BOOST_TEST(found.config.policies[0].template_digest.empty());
  check_problem(problems_of(from(text)), "'mine' is not known");
}

BOOST_AUTO_TEST_CASE(another_text_under_the_same_name_is_another_template) {
  const auto digest = [](std::string lines) {
    const std::string text = std::string(good) + "  - {name: own, model: m, template: mine}\n";
    return loaded(from(text + lines)).config.policies[1].template_digest;
  };
  std::string changed(own_template);
  changed.replace(changed.find("<a>"), 3, "<b>");
  BOOST_TEST(digest(std::string(own_template)) == digest(std::string(own_template)));
  BOOST_TEST(digest(std::string(own_template)) != digest(changed));
}

BOOST_AUTO_TEST_CASE(a_template_may_not_hide_a_built_in_one_or_lack_a_seam) {
  check_problem(problems_with("templates:\n  - {name: chatml, opening: x}\n"),
                "name of a built-in template");
  check_problem(problems_with("templates:\n  - {name: mine, bos: x}\n"), "neither opening nor");
}

BOOST_AUTO_TEST_CASE(a_policy_says_how_it_is_scored) {
  const std::string text = std::string(good) +
                           "  - {name: own, model: m, method: ids, date: 2026-11-20, "
                           "end_of_turn: scored}\n";
  const Loaded found = loaded(from(text));
  BOOST_TEST((found.config.policies[1].method == Method::ids));
  BOOST_TEST(found.config.policies[1].date == "2026-11-20");
  BOOST_TEST((found.config.policies[1].end_of_turn == EndOfTurn::scored));
  BOOST_TEST((found.config.policies[0].method == Method::echo));
  check_problem(problems_of(from(std::string(good) + "  - {name: x, model: m, method: guess}\n")),
                "'guess' is not");
  check_problem(
      problems_of(from(std::string(good) + "  - {name: x, model: m, method: recorded}\n")),
      "'recorded' is not");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config
