#include "teacher/vocabulary.hpp"

#include "core/rng.hpp"
#include "teacher/language.hpp"
#include "teacher/piece_learning.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::teacher {

namespace {
const Vocabulary& tokens_of_all() {
  return Language::bundled().vocabulary();
}
}  // namespace

BOOST_AUTO_TEST_SUITE(vocabulary)

BOOST_AUTO_TEST_CASE(any_bytes_come_back_from_their_tokens) {
  Rng rng(1);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(rng.below(300), '\0');
    for (auto& byte : bytes) byte = static_cast<char>(rng.below(256));
    BOOST_REQUIRE(tokens_of_all().decode(tokens_of_all().encode(bytes)) == bytes);
  }
}

BOOST_AUTO_TEST_CASE(tokens_cross_word_boundaries) {
  const auto& v = tokens_of_all();
  bool crosses_words = false;
  bool crosses_sentences = false;
  for (auto token = Vocabulary::first_piece; token < v.size(); ++token) {
    const auto text = v.bytes_of(token);
    const auto space = text.find(' ');
    crosses_words |= space != std::string_view::npos && space > 0 && space + 1 < text.size();
    crosses_sentences |= text.find("? ") != std::string_view::npos || text.starts_with(". T");
  }
  BOOST_TEST(crosses_words);
  BOOST_TEST(crosses_sentences);
}

BOOST_AUTO_TEST_CASE(special_tokens_are_single) {
  const auto tokens = tokens_of_all().encode("<|im_start|><|im_end|><|endoftext|>");
  const std::vector<TokenId> expected{
      Vocabulary::turn_start, Vocabulary::turn_end, Vocabulary::end_of_text};
  BOOST_TEST(tokens == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(joining_texts_can_merge_across_the_seam) {
  const auto& v = tokens_of_all();
  BOOST_TEST(v.encode("Why?The ").size() < v.encode("Why?").size() + v.encode("The ").size());
}

BOOST_AUTO_TEST_CASE(a_fragment_of_a_character_shows_its_bytes) {
  const auto& v = tokens_of_all();
  BOOST_TEST(v.json_of(0xe2) == R"("bytes:\\xe2")");
  BOOST_TEST(v.code_points_of(0xe2) == 1u);
  BOOST_TEST(v.code_points_of(0x80) == 0u);
  BOOST_TEST(v.continues_character(0x80));
}

BOOST_AUTO_TEST_CASE(a_piece_that_is_no_text_holds_no_letters) {
  const auto& v = tokens_of_all();
  for (auto token = Vocabulary::first_piece; token < v.size(); ++token) {
    if (!v.json_of(token).starts_with("\"bytes:")) continue;
    for (const char c : v.bytes_of(token)) BOOST_REQUIRE((c & 0x80) != 0);
  }
}

BOOST_AUTO_TEST_CASE(learning_is_deterministic) {
  const auto text = corpus_text(Corpus::almanac).substr(0, 20'000);
  BOOST_TEST(learn_pieces(text, 200) == learn_pieces(text, 200), boost::test_tools::per_element());
  BOOST_TEST(learn_pieces(text, 200).size() == 200u);
}

BOOST_AUTO_TEST_CASE(corpora_are_the_same_bytes_every_time_and_differ) {
  BOOST_TEST((corpus_text(Corpus::almanac) == corpus_text(Corpus::almanac)));
  BOOST_TEST((corpus_text(Corpus::almanac) != corpus_text(Corpus::harbour)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
