#include "core/blake2b.hpp"

#include "core/key_batch.hpp"
#include "core/rng.hpp"
#include "support/builders.hpp"
#include "support/printers.hpp"

#include <map>
#include <string>
#include <vector>

namespace assay {
namespace {

std::string text_of(std::size_t size, Rng& rng) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(rng.below(256));
  return text;
}

std::vector<ContentKey> digests_on(std::size_t lanes, const std::vector<std::string>& texts) {
  std::vector<ContentKey> digests(texts.size());
  blake2b_128_on(lanes, "assay-test", texts, digests);
  return digests;
}

BOOST_AUTO_TEST_SUITE(blake2b)

// libb2 takes one after the other; the lanes are ours. On a processor without them this compares
// libb2 with itself.
BOOST_AUTO_TEST_CASE(lanes_give_what_libb2_gives_at_every_length) {
  Rng rng(1);
  std::vector<std::string> texts;
  for (std::size_t size = 0; size < 600; ++size) texts.push_back(text_of(size, rng));
  BOOST_TEST(digests_on(4, texts) == digests_on(1, texts), boost::test_tools::per_element());
  BOOST_TEST(digests_on(8, texts) == digests_on(1, texts), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lanes_of_unlike_lengths_do_not_disturb_each_other) {
  Rng rng(2);
  std::vector<std::string> texts;
  for (int i = 0; i < 400; ++i) {
    const std::size_t blocks = rng.below(12);
    texts.push_back(text_of((blocks * 128) + (rng.below(3) * 63), rng));
  }
  BOOST_TEST(digests_on(4, texts) == digests_on(1, texts), boost::test_tools::per_element());
  BOOST_TEST(digests_on(8, texts) == digests_on(1, texts), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(any_number_of_texts_is_hashed) {
  Rng rng(3);
  std::vector<std::string> texts;
  for (std::size_t count = 0; count < 20; ++count) {
    for (const std::size_t lanes : {4, 8}) {
      BOOST_TEST(digests_on(lanes, texts) == digests_on(1, texts),
                 boost::test_tools::per_element());
    }
    texts.push_back(text_of(rng.below(1000), rng));
  }
}

BOOST_AUTO_TEST_CASE(keys_of_a_batch_are_those_made_one_by_one) {
  const Sample sample = test::sample(std::string(3000, 'a'), "b");
  KeyBatch batch;
  for (int round = 0; round < 2; ++round) {
    std::map<std::uint64_t, ContentKey> alone;
    for (std::size_t i = 0; i + static_cast<std::size_t>(round) < KeyBatch::size_max; ++i) {
      const Policy policy = test::policy("p" + std::to_string(i * i * i));
      batch.add(100 - i, policy, sample, Method::echo);
      alone.emplace(100 - i, content_key(policy, sample, Method::echo));
    }
    const auto taken = batch.take();
    BOOST_TEST(taken.size() == alone.size());
    for (const auto& [item, key] : taken) BOOST_TEST(key == alone.at(item));
    BOOST_TEST(batch.take().empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay
