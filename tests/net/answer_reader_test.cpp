#include "net/answer_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

namespace assay::net {

namespace {

struct Read {
  std::string outcome;  // "complete", "more", or the failure's class and reason
  std::string body;
  std::size_t consumed = 0;
  bool reusable = false;
};

enum class By : std::uint8_t { feeding, writing_in_place };

// Reads `bytes` in pieces of `step`; whether the peer then closes, and how.
Read read(const std::string& bytes,
          std::size_t step = 1'000'000,
          AnswerLimits limits = {},
          By by = By::feeding,
          std::optional<bool> goodbye = {}) {
  BodyBudget budget(limits.bodies_bytes_max);
  AnswerReader reader(limits, budget);
  Read result;
  const auto failed = [&result](const Failure& failure) {
    result.outcome = std::string(name_of(failure.cls)) + ": " + failure.reason;
    return result;
  };
  while (result.consumed < bytes.size() && !reader.complete()) {
    const auto piece = std::string_view(bytes).substr(result.consumed, step);
    auto room = reader.room();
    if (!room) return failed(room.error());
    if (by == By::writing_in_place && !room->empty()) {
      const std::size_t count = std::min(room->size(), piece.size());
      std::memcpy(room->data(), piece.data(), count);
      reader.advance(count);
      result.consumed += count;
      continue;
    }
    const auto consumed = reader.feed(piece);
    if (!consumed) return failed(consumed.error());
    result.consumed += *consumed;
  }
  if (goodbye && !reader.complete()) {
    if (auto ended = reader.end(*goodbye); !ended) return failed(ended.error());
  }
  result.outcome = reader.complete() ? "complete" : "more";
  result.reusable = reader.reusable();
  if (reader.complete()) result.body = reader.take().body();
  return result;
}

std::string answer(const std::string& fields, const std::string& body) {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answer_reader)

BOOST_AUTO_TEST_CASE(each_framing_gives_the_same_body_however_the_bytes_come) {
  const std::string body = "{\"text\": \"a longer body, so that pieces fall within it\"}";
  const std::string sized = answer("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
  const std::string chunked =
      answer("Transfer-Encoding: chunked\r\n",
             "9\r\n" + body.substr(0, 9) + "\r\n2F\r\n" + body.substr(9) + "\r\n0\r\n\r\n");
  for (const std::string& bytes : {sized, chunked, "HTTP/1.1 100 Continue\r\n\r\n" + sized}) {
    for (std::size_t step = 1; step <= bytes.size() + 4; ++step) {
      for (const By by : {By::feeding, By::writing_in_place}) {
        const Read result = read(bytes + "rest", step, {}, by);
        BOOST_TEST(result.outcome == "complete");
        BOOST_TEST(result.body == body);
        BOOST_TEST(result.consumed == bytes.size());
        BOOST_TEST(result.reusable);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_part_of_an_answer_is_a_whole) {
  const std::string bytes = answer("Content-Length: 5\r\n", "hello");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const Read result = read(bytes.substr(0, size), 3, {}, By::feeding, true);
    BOOST_TEST(result.outcome ==
               "connection: the server closed the connection before the answer was complete");
  }
  BOOST_TEST(read("", 1, {}, By::feeding, true).outcome ==
             "connection: the server closed the connection without an answer");
}

BOOST_AUTO_TEST_CASE(a_body_until_close_counts_only_with_a_goodbye) {
  const std::string bytes = answer("", "hello");
  const Read whole = read(bytes, 100, {}, By::feeding, true);
  BOOST_TEST(whole.outcome == "complete");
  BOOST_TEST(whole.body == "hello");
  BOOST_TEST(!whole.reusable);
  BOOST_TEST(read(bytes, 100, {}, By::feeding, false).outcome ==
             "connection: the connection was cut: the answer's end is not known");
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_are_complete_at_once) {
  BOOST_TEST(read("HTTP/1.1 204 No Content\r\n\r\n").outcome == "complete");
  BOOST_TEST(read(answer("Content-Length: 0\r\n", "")).outcome == "complete");
}

BOOST_AUTO_TEST_CASE(interim_answers_are_skipped_up_to_a_limit) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  std::string many;
  for (std::size_t i = 0; i < AnswerLimits{}.interim_max; ++i) many += interim;
  BOOST_TEST(read(many + answer("Content-Length: 2\r\n", "ok"), 5).body == "ok");
  BOOST_TEST(read(many + interim).outcome == "malformed_response: too many interim answers");
  BOOST_TEST(read("HTTP/1.1 101 Switching\r\n\r\n").outcome ==
             "malformed_response: the server changed the protocol unasked");
}

BOOST_AUTO_TEST_CASE(interim_answers_share_the_heads_limit) {
  AnswerLimits limits;
  limits.head_bytes_max = 60;
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  BOOST_TEST(read(interim + "HTTP/1.1 204 No\r\n\r\n", 1, limits).outcome == "complete");
  BOOST_TEST(read(interim + interim + interim, 1, limits).outcome ==
             "malformed_response: the head is longer than its limit");
}

BOOST_AUTO_TEST_CASE(redirects_are_failures_that_show_where_they_lead) {
  for (const char* status : {"300", "301", "302", "303", "304", "305", "307", "308"}) {
    const Read result = read("HTTP/1.1 " + std::string(status) +
                             " Moved\r\nLocation: https://evil.example/x?key=1\r\n\r\n");
    BOOST_TEST(result.outcome ==
               "redirect: status " + std::string(status) +
                   " redirects to https://evil.example; redirects are never followed");
  }
  BOOST_TEST(read("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n").outcome ==
             "redirect: status 302 redirects to no target; redirects are never followed");
}

BOOST_AUTO_TEST_CASE(a_body_beyond_its_limit_is_refused_in_each_framing) {
  AnswerLimits limits;
  limits.body_bytes_max = 10;
  const std::string why = "malformed_response: the body is longer than its limit";
  BOOST_TEST(read(answer("Content-Length: 10\r\n", "0123456789"), 3, limits).outcome == "complete");
  BOOST_TEST(read(answer("Content-Length: 11\r\n", ""), 3, limits).outcome == why);
  BOOST_TEST(read(answer("Content-Length: 18446744073709551615\r\n", ""), 3, limits).outcome ==
             why);
  BOOST_TEST(
      read(answer("Transfer-Encoding: chunked\r\n", "b\r\n01234567890\r\n"), 3, limits).outcome ==
      why);
  BOOST_TEST(read(answer("", "01234567890"), 3, limits).outcome == why);
}

BOOST_AUTO_TEST_CASE(memory_follows_what_came_and_not_what_was_announced) {
  AnswerLimits limits;
  BodyBudget budget(limits.bodies_bytes_max);
  AnswerReader reader(limits, budget);

  BOOST_REQUIRE(reader.feed(answer("Content-Length: 33554432\r\n", "x")).has_value());

  BOOST_TEST(reader.room()->size() == limits.body_first_step - 1);
}

BOOST_AUTO_TEST_CASE(answers_under_way_share_a_budget_and_give_it_back) {
  AnswerLimits limits;
  BodyBudget budget(100);
  const std::string head = answer("Content-Length: 60\r\n", "");
  {
    AnswerReader first(limits, budget);
    BOOST_TEST(first.feed(head + "x").has_value());
    AnswerReader second(limits, budget);
    BOOST_TEST(second.feed(head).has_value());  // nothing is held before a byte came
    const auto refused = second.feed("x");
    BOOST_REQUIRE(!refused.has_value());
    BOOST_CHECK(refused.error().cls == FailureClass::overloaded);
  }
  AnswerReader third(limits, budget);
  BOOST_TEST(third.feed(head + std::string(60, 'x')).has_value());
  static_cast<void>(third.take());
  BOOST_TEST(budget.take(100));
}

BOOST_AUTO_TEST_CASE(random_damage_never_crashes_and_never_depends_on_the_pieces) {
  std::mt19937 random(7);
  const std::string bytes =
      "HTTP/1.1 100 Go\r\n\r\n" +
      answer("Transfer-Encoding: chunked\r\nA: b\r\n", "3;x\r\nabc\r\n0\r\nA: b\r\n\r\n");
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = bytes;
    for (std::size_t i = 0; i <= random() % 3; ++i) {
      const std::size_t at = random() % damaged.size();
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, 1);
          break;
        default:
          damaged.insert(at, 1, "\r\n :;0aF"[random() % 8]);
      }
    }
    const Read whole = read(damaged);
    const Read pieces = read(damaged, 1 + random() % 7);
    BOOST_REQUIRE_EQUAL(whole.outcome, pieces.outcome);
    BOOST_REQUIRE_EQUAL(whole.body, pieces.body);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net
