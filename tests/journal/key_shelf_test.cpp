#include "journal/key_shelf.hpp"

#include "journal/builders.hpp"
#include "journal/temp_folder.hpp"
#include "journal/xxh3.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace assay;
using namespace assay::journal;

namespace {

std::vector<Policy> two_policies() {
  std::vector<Policy> policies(2);
  policies[0].weights = "a";
  policies[1].weights = "b";
  return policies;
}

const std::vector<ContentKey> columns = columns_of(two_policies());

Sample sample_of(std::uint64_t row) {
  Sample sample;
  sample.row = row;
  sample.prompt = "prompt " + std::to_string(row);
  sample.response = "response";
  return sample;
}

bool is_bad(std::uint64_t row) {
  return row % 7 == 3;
}

// Rows of two items each, some of them bad.
void fill(KeyShelf& shelf, std::uint64_t rows) {
  for (std::uint64_t row = 0; row < rows; ++row) {
    if (is_bad(row)) {
      BOOST_REQUIRE(shelf.add_row(std::unexpected(BadRow{})));
      continue;
    }
    BOOST_REQUIRE(shelf.add_row(sample_of(row)));
    for (const std::uint64_t item : {2 * row, 2 * row + 1})
      BOOST_REQUIRE(shelf.add(item, key_from(item)));
  }
}

void check_row(ShelfReader& keys, std::uint64_t row) {
  keys.start_row(row, sample_of(row));
  for (const std::size_t policy : {0u, 1u}) {
    const ContentKey* const key = keys.find(policy);
    BOOST_REQUIRE_EQUAL(key != nullptr, !is_bad(row));
    if (key != nullptr) BOOST_REQUIRE(*key == key_from(2 * row + policy));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_shelf)

BOOST_AUTO_TEST_CASE(each_item_has_its_key_however_many_there_are) {
  for (const std::uint64_t rows : {1, 100, 2'048, 2'049, 20'000}) {
    const TempFolder folder;
    KeyShelf shelf(folder.path(), columns);
    fill(shelf, rows);
    ShelfReader keys(&shelf, columns);
    for (std::uint64_t row = 0; row < rows; ++row) check_row(keys, row);
    ShelfReader again(&shelf, columns);
    for (std::uint64_t row = 0; row < rows; row += 1 + row / 3) check_row(again, row);
    check_row(again, 0);
  }
}

BOOST_AUTO_TEST_CASE(a_shelf_may_be_moved_before_it_is_read) {
  const TempFolder folder;
  KeyShelf filled(folder.path(), columns);
  fill(filled, 5'000);
  const KeyShelf shelf = std::move(filled);
  ShelfReader keys(&shelf, columns);
  for (std::uint64_t row = 0; row < 5'000; ++row) check_row(keys, row);
}

BOOST_AUTO_TEST_CASE(a_row_with_another_text_has_no_keys) {
  const TempFolder folder;
  KeyShelf shelf(folder.path(), columns);
  Sample chat = sample_of(0);
  chat.messages = {{"user", "ab"}, {"assistant", "c"}};
  BOOST_REQUIRE(shelf.add_row(chat));
  BOOST_REQUIRE(shelf.add(0, key_from(1)));
  ShelfReader keys(&shelf, columns);
  const std::vector<std::function<void(Sample&)>> changes{
      [](Sample& s) { s.prompt += "x"; },
      [](Sample& s) { s.response.back() = 'E'; },
      [](Sample& s) { s.finish_reason = "stop"; },
      [](Sample& s) { s.messages.pop_back(); },
      [](Sample& s) { s.messages[1].role = "user"; },
      [](Sample& s) { s.messages[0].content = "a", s.messages[1].content = "bc"; },
      [](Sample& s) { std::swap(s.messages[0], s.messages[1]); },
      [](Sample& s) { std::swap(s.prompt, s.response); }};
  for (const auto& change : changes) {
    Sample edited = chat;
    change(edited);
    keys.start_row(0, edited);
    BOOST_CHECK(keys.find(0) == nullptr);
    keys.start_row(0, chat);
    BOOST_CHECK(keys.find(0) != nullptr);
  }
  keys.start_row(0, std::unexpected(BadRow{}));
  BOOST_CHECK(keys.find(0) == nullptr);
}

// A text of the digest that bad rows have, but for what is done against it.
BOOST_AUTO_TEST_CASE(no_text_is_a_bad_row) {
  const std::string prompt = "\xC8\xBF\x6D\x80\x82\x23\x2A\xF7";
  BOOST_REQUIRE_EQUAL(xxh3("", xxh3("", xxh3(prompt, 0))), 0u);
  const TempFolder folder;
  KeyShelf shelf(folder.path(), columns);
  BOOST_REQUIRE(shelf.add_row(std::unexpected(BadRow{})));
  BOOST_REQUIRE(shelf.add_row(sample_of(1)));
  BOOST_REQUIRE(shelf.add(2, key_from(2)));
  Sample sample;
  sample.prompt = prompt;
  ShelfReader keys(&shelf, columns);
  keys.start_row(0, sample);
  BOOST_CHECK(keys.find(0) == nullptr);
}

// Two texts of one digest, made for a seed of 0.
BOOST_AUTO_TEST_CASE(texts_made_to_look_alike_do_so_in_no_other_run) {
  Sample planned;
  planned.prompt = "a prompt";
  Sample edited;
  edited.prompt = "\x2A\x50\xC7\x1A\x62\xB0\xA4\x7B";
  edited.response = "response";
  for (const bool is_their_run : {true, false}) {
    const TempFolder folder;
    KeyShelf shelf(folder.path(), columns, is_their_run ? RunId{} : run_id_from(1));
    BOOST_REQUIRE(shelf.add_row(planned));
    BOOST_REQUIRE(shelf.add(0, key_from(0)));
    ShelfReader keys(&shelf, columns);
    keys.start_row(0, planned);
    BOOST_CHECK(keys.find(0) != nullptr);
    keys.start_row(0, edited);
    BOOST_CHECK_EQUAL(keys.find(0) != nullptr, is_their_run);
  }
}

BOOST_AUTO_TEST_CASE(under_other_policies_there_are_no_keys) {
  const TempFolder folder;
  KeyShelf shelf(folder.path(), columns);
  fill(shelf, 2);
  const auto has_keys = [&](const std::vector<Policy>& policies) {
    ShelfReader keys(&shelf, columns_of(policies));
    keys.start_row(0, sample_of(0));
    return keys.find(0) != nullptr;
  };
  const std::vector<std::function<void(std::vector<Policy>&)>> changes{
      [](auto& p) { p.pop_back(); },
      [](auto& p) { p.push_back(p[0]); },
      [](auto& p) { std::swap(p[0], p[1]); },
      [](auto& p) { p[1].weights = "c"; },
      [](auto& p) { p[1].template_name = "chatml"; },
      [](auto& p) { p[1].system_prompt = "Be brief."; },
      [](auto& p) { p[1].method = Method::forced; },
      [](auto& p) { p[1].date = "26 Jul 2024"; },
      [](auto& p) { p[1].template_digest = "d"; },
      [](auto& p) { p[1].end_of_turn = EndOfTurn::scored; },
      [](auto& p) { p[1].replicate = 1; }};
  for (const auto& change : changes) {
    std::vector<Policy> changed = two_policies();
    change(changed);
    BOOST_CHECK(!has_keys(changed));
  }
  std::vector<Policy> renamed = two_policies();  // a key is not of the name
  renamed[0].name = "other";
  BOOST_CHECK(has_keys(renamed));
}

BOOST_AUTO_TEST_CASE(beyond_the_shelf_and_without_one_there_is_no_key) {
  const TempFolder folder;
  KeyShelf shelf(folder.path(), columns);
  fill(shelf, 2);
  ShelfReader keys(&shelf, columns);
  keys.start_row(2, sample_of(2));
  BOOST_CHECK(keys.find(0) == nullptr);
  ShelfReader none(nullptr, columns);
  none.start_row(0, sample_of(0));
  BOOST_CHECK(none.find(0) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
