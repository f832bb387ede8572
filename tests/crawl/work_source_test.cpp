#include "crawl/work_source.hpp"

#include "crawl/list_source.hpp"
#include "support/builders.hpp"
#include "wire/dialect.hpp"

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <thread>

namespace assay::crawl {
namespace {

journal::Bitmap all_of(std::uint64_t items) {
  journal::Bitmap bits(items);
  for (std::uint64_t item = 0; item < items; ++item) bits.set(item);
  return bits;
}

// Takes until there is less than it asks for. From any thread: Boost.Test's checks are not.
Status take_all(WorkSource& source, std::size_t step, std::vector<Work>& taken) {
  for (;;) {
    const std::size_t before = taken.size();
    if (auto status = source.take(step, taken); !status) return status;
    if (taken.size() < before + step) return {};
  }
}

std::vector<Work> take_all(WorkSource& source) {
  std::vector<Work> taken;
  BOOST_REQUIRE(take_all(source, 3, taken).has_value());
  return taken;
}

CanarySchedule canaries(std::uint32_t policies) {
  std::vector<std::uint32_t> watched(policies);
  std::iota(watched.begin(), watched.end(), 0U);
  return {{.items = 100, .interval = std::chrono::minutes(10)}, watched, 2, 0, Instant{}};
}

BOOST_AUTO_TEST_SUITE(work_source)

BOOST_AUTO_TEST_CASE(items_come_in_data_set_order_once_each) {
  test::ListSource samples({"one", "two", "three"});
  const std::vector<Policy> policies{test::policy("a"), test::policy("b")};
  WorkSource source(samples, policies, built_in_forms(policies), all_of(6));
  const std::vector<Work> taken = take_all(source);
  BOOST_REQUIRE(taken.size() == 6u);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    BOOST_TEST(taken[i].item == i);
    BOOST_TEST(taken[i].row == i / 2);
    BOOST_TEST(taken[i].policy == i % 2);
  }
}

// Thousands in flight are the texts of a few rows.
BOOST_AUTO_TEST_CASE(policies_that_write_alike_share_the_text_of_a_row) {
  test::ListSource samples({"one", "two"});
  std::vector<Policy> policies{test::policy("a"), test::policy("b"), test::policy("c")};
  policies[1].system_prompt = "Be brief.";
  WorkSource source(samples, policies, built_in_forms(policies), all_of(6));
  const std::vector<Work> taken = take_all(source);
  BOOST_REQUIRE(taken.size() == 6u);
  for (const std::size_t row : {0U, 3U}) {
    BOOST_TEST(taken[row].rendering == taken[row + 2].rendering);
    BOOST_TEST(taken[row].rendering != taken[row + 1].rendering);
  }
  BOOST_TEST(taken[0].rendered()->text == "prompt one");
  BOOST_TEST(taken[1].rendered()->text == "Be brief.\n\nprompt one");
  BOOST_TEST(taken[5].rendered()->text == "prompt two");
}

// A text that several policies send is written as JSON once, whatever it holds, and the request is
// the same.
BOOST_AUTO_TEST_CASE(a_shared_text_is_written_ahead) {
  test::ListSource samples({"\"one\"\n\u2028 \x01 caf\u00e9 \\"});
  std::vector<Policy> policies{test::policy("a"), test::policy("b"), test::policy("c")};
  policies[1].system_prompt = "Be brief.";
  WorkSource source(samples, policies, built_in_forms(policies), all_of(3));
  const std::vector<Work> taken = take_all(source);
  BOOST_REQUIRE(taken.size() == 3u);
  BOOST_TEST(taken[1].rendered()->json.empty());
  const wire::Rendered& shared = *taken[2].rendered();
  const auto body_of = [&](std::string_view json) {
    const wire::Prompt prompt{.text = shared.text, .boundary = shared.boundary, .json = json};
    const wire::ScoreCall call{.model = "m", .served_as = {}, .prompts = {&prompt, 1}};
    std::string body;
    wire::find_dialect("openai")->append_body(body, call);
    return body;
  };
  BOOST_TEST(!shared.json.empty());
  BOOST_TEST(body_of(shared.json) == body_of({}));
}

BOOST_AUTO_TEST_CASE(what_is_done_is_passed_over) {
  test::ListSource samples({"one", "two", "three"});
  const std::vector<Policy> policies{test::policy("a"), test::policy("b")};
  journal::Bitmap to_do(6);
  to_do.set(3);
  WorkSource source(samples, policies, built_in_forms(policies), std::move(to_do));
  const std::vector<Work> taken = take_all(source);
  BOOST_REQUIRE(taken.size() == 1u);
  BOOST_TEST(taken[0].row == 1u);
  BOOST_TEST(taken[0].policy == 1u);
  BOOST_TEST(
      (taken[0].key == content_key(policies[1], test::sample("prompt ", "two"), Method::echo)));
}

// The file may be edited between the plan and the request: what is sent has the key of what is
// sent.
BOOST_AUTO_TEST_CASE(a_key_of_the_plan_is_given_to_the_text_it_was_made_of_alone) {
  const std::vector<Policy> policies{test::policy("a"), test::policy("b")};
  const std::filesystem::path no_folder;  // it all fits into memory
  journal::KeyShelf shelf(no_folder, journal::columns_of(policies));
  test::ListSource planned({"one", "two", "three"});
  for (ItemOrdinal row = 0; row < 3; ++row) {
    BOOST_REQUIRE(shelf.add_row(**planned.next()));
    for (const std::uint64_t item : {2 * row, 2 * row + 1})
      BOOST_REQUIRE(shelf.add(item, digest_of(std::to_string(item))));
  }
  test::ListSource samples({"one", "edited", "three"});
  WorkSource source(samples, policies, built_in_forms(policies), all_of(6), std::nullopt, &shelf);
  for (const Work& work : take_all(source)) {
    const ContentKey made =
        content_key(policies[work.policy], test::sample("prompt ", "edited"), Method::echo);
    const ContentKey planned_key = digest_of(std::to_string(work.item));
    BOOST_TEST((work.key == (work.row == 1 ? made : planned_key)));
  }
}

BOOST_AUTO_TEST_CASE(a_bad_row_keeps_its_ordinal_and_gives_no_work) {
  test::ListSource samples({"one", "", "three"});  // an empty text stands for a bad row
  const std::vector<Policy> policies{test::policy("a")};
  WorkSource source(samples, policies, built_in_forms(policies), all_of(3));
  const std::vector<Work> taken = take_all(source);
  BOOST_REQUIRE(taken.size() == 2u);
  BOOST_TEST(taken[1].item == 2u);
}

BOOST_AUTO_TEST_CASE(a_closed_policy_gives_no_more_work) {
  test::ListSource samples({"one", "two"});
  const std::vector<Policy> policies{test::policy("a"), test::policy("b")};
  WorkSource source(samples, policies, built_in_forms(policies), all_of(4));
  source.close(0);
  const std::vector<Work> taken = take_all(source);
  BOOST_REQUIRE(taken.size() == 2u);
  BOOST_TEST(taken[0].policy == 1u);
  BOOST_TEST(taken[1].policy == 1u);
}

BOOST_AUTO_TEST_CASE(loops_that_take_at_once_share_the_items_without_loss_or_repeat) {
  test::ListSource samples(std::vector<std::string>(2'000, "text"));
  const std::vector<Policy> policies{test::policy("a")};
  WorkSource source(samples, policies, built_in_forms(policies), all_of(2'000));
  std::array<std::vector<Work>, 2> taken;
  std::array<Status, 2> ends;
  std::thread other([&] { ends[1] = take_all(source, 7, taken[1]); });
  ends[0] = take_all(source, 5, taken[0]);
  other.join();
  BOOST_REQUIRE((ends[0] && ends[1]));
  std::vector<bool> seen(2'000);
  for (const auto& part : taken) {
    for (const Work& work : part) {
      BOOST_TEST(!seen[work.item]);
      seen[work.item] = true;
    }
  }
  BOOST_TEST(taken[0].size() + taken[1].size() == 2'000u);
}

BOOST_AUTO_TEST_CASE(rows_wait_for_the_first_canaries_and_the_last_canaries_for_the_rows) {
  test::ListSource samples({"one", "two"});
  const std::vector<Policy> policies{test::policy("a")};
  WorkSource source(samples, policies, built_in_forms(policies), all_of(2), canaries(1));
  const std::vector<Work> first = take_all(source);
  BOOST_REQUIRE(first.size() == 2u);
  BOOST_TEST(first[1].canary.has_value());
  for (const Work& canary : first) source.on_ended(canary);
  BOOST_TEST(source.take_news());
  const std::vector<Work> rows = take_all(source);
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(!rows[0].canary.has_value());
  source.on_ended(rows[1]);
  BOOST_TEST(!source.take_news());
  BOOST_TEST(take_all(source).empty());
  BOOST_TEST(!source.ended());
  source.on_ended(rows[0]);
  BOOST_TEST(source.take_news());
  BOOST_TEST(take_all(source).size() == 2u);
  BOOST_TEST(source.ended());
}

BOOST_AUTO_TEST_CASE(canaries_of_a_policy_that_was_given_up_hold_nobody_up) {
  test::ListSource samples({"one"});
  const std::vector<Policy> policies{test::policy("a"), test::policy("b")};
  WorkSource source(samples, policies, built_in_forms(policies), all_of(2), canaries(2));
  source.close(0);
  const std::vector<Work> first = take_all(source);
  BOOST_REQUIRE(first.size() == 2u);
  for (const Work& canary : first) source.on_ended(canary);
  BOOST_TEST(take_all(source).size() == 1u);
  source.close(1);
  BOOST_TEST(!source.ended());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl
