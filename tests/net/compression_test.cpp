#include "net/answer_reader.hpp"
#include "net/caller.hpp"
#include "net/http2_peer.hpp"
#include "teacher/gzip.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

// Bodies that come as gzip: whole, in pieces, broken, and as bombs.

namespace assay::net::testing {

namespace {

using teacher::gzipped;

// Some 40 KB like an answer's: numbers that hardly compress.
std::string numbers() {
  std::string text = "[";
  for (unsigned i = 1; i < 3000; ++i) text += std::to_string(i * 2654435761U) + ",";
  return text + "0]";
}

AnswerLimits asking_for_gzip() {
  AnswerLimits limits;
  limits.coding = Coding::gzip;
  return limits;
}

std::string answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chunked(std::string_view body) {
  std::string text =
      "HTTP/1.1 200 OK\r\ncontent-encoding: GZIP\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (; !body.empty(); body.remove_prefix(std::min<std::size_t>(9, body.size()))) {
    const auto piece = body.substr(0, 9);
    text += std::to_string(piece.size()) + "\r\n" + std::string(piece) + "\r\n";
  }
  return text + "0\r\n\r\n";
}

// The body, or the failure.
std::string read(const std::string& bytes,
                 std::size_t step = 1'000'000,
                 const AnswerLimits& limits = asking_for_gzip()) {
  BodyBudget budget(limits.bodies_bytes_max);
  AnswerReader reader(limits, budget);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto taken = reader.feed(std::string_view(bytes).substr(at, step));
    if (!taken) return std::string(name_of(taken.error().cls)) + ": " + taken.error().reason;
  }
  return reader.complete() ? std::string(reader.take().body()) : "more";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compression)

BOOST_AUTO_TEST_CASE(a_compressed_body_comes_out_as_it_was_in_pieces_of_any_size) {
  const std::string body = numbers();
  for (const std::size_t step : {1U, 2U, 7U, 1000U, 1'000'000U}) {
    BOOST_TEST((read(answer(gzipped(body)), step) == body));
    BOOST_TEST((read(chunked(gzipped(body)), step) == body));
  }
  BOOST_TEST(read(answer(gzipped(""))) == "");
}

BOOST_AUTO_TEST_CASE(a_body_without_a_byte_needs_no_end_mark) {
  BOOST_TEST(read(answer("")) == "");
}

BOOST_AUTO_TEST_CASE(nobody_is_sent_what_was_not_asked_for) {
  const std::string refusal =
      "malformed_response: the body is compressed in a way that was not asked for";
  BOOST_TEST(read(answer(gzipped("{}")), 1'000'000, AnswerLimits{}) == refusal);
  BOOST_TEST(read("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n") == refusal);
  BOOST_TEST(read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n") ==
             refusal);
}

BOOST_AUTO_TEST_CASE(no_cut_and_no_flipped_bit_passes_for_a_body) {
  const std::string whole = gzipped("{\"a\":[-0.25,-1.5,-3.75]}");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    BOOST_TEST(read(answer(whole.substr(0, size))).starts_with("malformed_response: "), size);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    // Of the head: time, flags of the compressor and system say nothing of the content.
    if (at >= 4 && at < 10) continue;
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    const std::string result = read(answer(changed));
    BOOST_TEST(result.starts_with("malformed_response: "), at << " gives " << result);
  }
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_end_are_refused) {
  const std::string failure = "malformed_response: bytes follow the compressed body";
  BOOST_TEST(read(answer(gzipped("{}") + "x")) == failure);
  BOOST_TEST(read(answer(gzipped("{}") + teacher::gzipped("{}"))) == failure);
  BOOST_TEST(read(answer(gzipped("{}") + "x"), 1) == failure);
}

BOOST_AUTO_TEST_CASE(a_bomb_ends_by_its_ratio_or_its_size_before_it_takes_memory) {
  const std::string bomb = gzipped(std::string(std::size_t{64} << 20, ' '));
  BOOST_TEST(read(answer(bomb), 1000) ==
             "malformed_response: the compressed body grows beyond all measure");
  AnswerLimits limits = asking_for_gzip();
  limits.inflated_times_max = 10'000;
  limits.body_bytes_max = std::size_t{1} << 20;
  BOOST_TEST(read(answer(bomb), 1000, limits) ==
             "malformed_response: the body is longer than its limit");
}

BOOST_AUTO_TEST_CASE(a_body_of_just_the_size_allowed_is_taken) {
  AnswerLimits limits = asking_for_gzip();
  limits.body_bytes_max = 40'000;
  const std::string body(40'000, 'x');
  BOOST_TEST((read(answer(gzipped(body)), 1, limits) == body));
  BOOST_TEST(read(answer(gzipped(body + "x")), 1, limits) ==
             "malformed_response: the body is longer than its limit");
}

BOOST_AUTO_TEST_CASE(what_an_inflater_takes_counts_and_is_given_back) {
  AnswerLimits limits = asking_for_gzip();
  limits.bodies_bytes_max = Inflater::bytes;
  BOOST_TEST(read(answer(gzipped("{}")), 1'000'000, limits) ==
             "overloaded: the answers under way together exceed their memory limit");
  BodyBudget budget(std::size_t{1} << 20);
  {
    BodyBuilder builder(limits, budget);
    BOOST_REQUIRE(builder.expect_gzip().has_value());
    BOOST_REQUIRE(builder.append(gzipped("{}")).has_value());
    BOOST_TEST(!budget.take(std::size_t{1} << 20));
    static_cast<void>(builder.take());
  }
  BOOST_TEST(budget.take(std::size_t{1} << 20));
}

BOOST_AUTO_TEST_CASE(gzip_is_asked_for_and_taken_on_both_versions_of_http) {
  ScriptedServer http1(&World::get().good, [](Peer& peer) {
    const std::string request = peer.read_request();
    peer.send(answer(gzipped(request)));
    peer.wait_for_close();
  });
  ClientOptions options = Caller::options_for(http1.port());
  options.limits.coding = Coding::gzip;
  const ExchangeResult result = Caller(std::move(options)).ask();
  BOOST_REQUIRE_EQUAL(name(result), "status 200");
  BOOST_TEST(result->body().find("Accept-Encoding: gzip\r\n") != std::string::npos);

  ScriptedServer http2(
      &World::get().good,
      [](Peer& peer) {
        Http2Peer http(peer);
        if (!http.greet()) return;
        while (const auto stream = http.read_request()) {
          http.send_head(*stream, {{":status", "200"}, {"content-encoding", "gzip"}});
          http.send_data(*stream, gzipped(http.body()), Frame::end_stream);
        }
      },
      ScriptedServer::Mode::tls_http2);
  options = Caller::options_for(http2.port());
  options.limits.coding = Coding::gzip;
  const ExchangeResult other = Caller(std::move(options)).ask(numbers());
  BOOST_REQUIRE_EQUAL(name(other), "status 200");
  BOOST_TEST((other->body() == numbers()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
