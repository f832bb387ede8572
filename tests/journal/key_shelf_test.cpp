#include "journal/key_shelf.hpp"

#include "journal/builders.hpp"
#include "journal/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace assay;
using namespace assay::journal;

namespace {

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
  for (const std::uint64_t item : {2 * row, 2 * row + 1}) {
    const ContentKey* const key = keys.find(item);
    BOOST_REQUIRE_EQUAL(key != nullptr, !is_bad(row));
    if (key != nullptr) BOOST_REQUIRE(*key == key_from(item));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_shelf)

BOOST_AUTO_TEST_CASE(each_item_has_its_key_however_many_there_are) {
  for (const std::uint64_t rows : {1, 100, 2'048, 2'049, 20'000}) {
    const TempFolder folder;
    KeyShelf shelf(folder.path());
    fill(shelf, rows);
    ShelfReader keys(&shelf);
    for (std::uint64_t row = 0; row < rows; ++row) check_row(keys, row);
    ShelfReader again(&shelf);
    for (std::uint64_t row = 0; row < rows; row += 1 + row / 3) check_row(again, row);
    check_row(again, 0);
  }
}

BOOST_AUTO_TEST_CASE(a_shelf_may_be_moved_before_it_is_read) {
  const TempFolder folder;
  KeyShelf filled(folder.path());
  fill(filled, 5'000);
  const KeyShelf shelf = std::move(filled);
  ShelfReader keys(&shelf);
  for (std::uint64_t row = 0; row < 5'000; ++row) check_row(keys, row);
}

BOOST_AUTO_TEST_CASE(a_row_with_another_text_has_no_keys) {
  const TempFolder folder;
  KeyShelf shelf(folder.path());
  Sample chat = sample_of(0);
  chat.messages = {{"user", "ab"}, {"assistant", "c"}};
  BOOST_REQUIRE(shelf.add_row(chat));
  BOOST_REQUIRE(shelf.add(0, key_from(1)));
  ShelfReader keys(&shelf);
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
}

BOOST_AUTO_TEST_CASE(beyond_the_shelf_and_without_one_there_is_no_key) {
  const TempFolder folder;
  KeyShelf shelf(folder.path());
  fill(shelf, 2);
  ShelfReader keys(&shelf);
  keys.start_row(2, sample_of(2));
  BOOST_CHECK(keys.find(4) == nullptr);
  keys.start_row(1, sample_of(1));
  BOOST_CHECK(keys.find(4) == nullptr);
  ShelfReader none(nullptr);
  none.start_row(0, sample_of(0));
  BOOST_CHECK(none.find(0) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
