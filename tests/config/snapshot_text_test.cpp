#include "config/load.hpp"
#include "config/schema.hpp"
#include "config/snapshot.hpp"
#include "support/source_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace assay::config {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Result<Loaded> load_text(std::string text) {
  Sources sources;
  sources.file = YamlFile{"f.yaml", std::move(text)};
  return load(sources);
}

const std::filesystem::path configs = test::source_directory() / "configs";

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_text)

BOOST_AUTO_TEST_CASE(every_file_in_configs_loads_and_its_snapshot_is_stable) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(configs)) {
    if (entry.path().extension() != ".yaml" || entry.path().filename() == "prices.yaml") continue;
    ++files;
    BOOST_TEST_CONTEXT(entry.path()) {
      const auto first = load_text(contents(entry.path()));
      if (!first) BOOST_FAIL(first.error().detail);
      BOOST_TEST(first->notes.empty());
      BOOST_TEST(require_scoring(first->config).has_value());
      const std::string text = snapshot(first->config);
      const auto second = load_text(text);
      if (!second) BOOST_FAIL(second.error().detail + "\n" + text);
      BOOST_TEST(snapshot(second->config) == text);
      BOOST_TEST(contents(entry.path())
                     .starts_with("# yaml-language-server: $schema=assay.schema.json\n"));
    }
  }
  BOOST_TEST(files >= 3u);
}

BOOST_AUTO_TEST_CASE(every_value_survives) {
  Sources sources;
  sources.flags = {{"--output", {"runs/\xC3\xA4 \"x\" \\ # : y"}},
                   {"--seed", {"18446744073709551615"}},
                   {"--detail", {"debug"}},
                   {"--on-failure", {"fail_fast"}},
                   {"--max-failure-rate", {"0.12345"}},
                   {"--loops", {"3"}},
                   {"--input", {"a.jsonl", "- b.jsonl"}},
                   {"--format", {"lm-eval"}},
                   {"--bad-rows", {"mark"}},
                   {"--score-range", {"-1..5.5"}},
                   {"--base-url", {"https://[::1]:8443/v1"}},
                   {"--api-key-command", {"pass show 'x'"}},
                   {"--ca-file", {"true"}},
                   {"--rpm", {"10k"}},
                   {"--rpd", {"2M"}},
                   {"--input-price", {"0.000000001"}},
                   {"--output-price", {"3"}},
                   {"--model", {"123"}},
                   {"--revision", {"1e10"}},
                   {"--template", {"chatml"}},
                   {"--system-prompt", {"line one\nline \"two\"\t\x01 \xE2\x80\xA8 end "}},
                   {"--max-cost", {"$2.50"}},
                   {"--max-total-tokens", {"50M"}},
                   {"--max-requests", {"7"}},
                   {"--max-duration", {"90m"}},
                   {"--timeout", {"1500ms"}},
                   {"--first-byte-timeout", {"1s"}},
                   {"--idle-timeout", {"1s"}}};
  const auto first = load(sources);
  if (!first) BOOST_FAIL(first.error().detail);
  const std::string text = snapshot(first->config);
  const auto second = load_text(text);
  if (!second) BOOST_FAIL(second.error().detail + "\n" + text);
  BOOST_REQUIRE_EQUAL(first->settings.size(), second->settings.size());
  for (std::size_t i = 0; i < first->settings.size(); ++i) {
    // The identity of the weights is spelt out; the revision stays beside it.
    BOOST_TEST(first->settings[i].path == second->settings[i].path);
    BOOST_TEST(first->settings[i].value == second->settings[i].value);
  }
}

BOOST_AUTO_TEST_CASE(the_digest_text_leaves_the_directory_out) {
  Config one;
  one.run.dir = "runs/one";
  Config two = one;
  two.run.dir = "runs/two";
  BOOST_TEST(digest_text(one) == digest_text(two));
  BOOST_TEST(snapshot(one) != snapshot(two));
  two.run.seed = 1;
  BOOST_TEST(digest_text(one) != digest_text(two));
}

BOOST_AUTO_TEST_CASE(the_committed_schema_is_the_table_s) {
  BOOST_TEST(contents(configs / "assay.schema.json") == json_schema());
}

BOOST_AUTO_TEST_CASE(the_starter_is_a_good_configuration) {
  const auto found = load_text(starter("x/assay.schema.json"));
  if (!found) BOOST_FAIL(found.error().detail);
  BOOST_TEST(require_scoring(found->config).has_value());
  BOOST_TEST(starter("x/assay.schema.json")
                 .starts_with("# yaml-language-server: $schema=x/assay.schema.json\n"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config
