#include "wire/refusal.hpp"

#include "support/printers.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using enum assay::FailureClass;
using assay::FailureClass;
using assay::HeaderField;
using assay::Remedy;
using assay::wire::Refusal;
using assay::wire::stable_text;

Refusal read(int status, std::string body, const std::vector<HeaderField>& headers = {}) {
  const std::size_t size = body.size();
  body.resize(size + assay::body_padding);
  simdjson::dom::parser parser;
  return assay::wire::read_refusal(
      {status, &headers, std::string_view(body).substr(0, size)}, parser, {});
}

FailureClass cls(int status, std::string body) {
  return read(status, std::move(body)).failure.cls;
}

std::string error(std::string_view message, std::string_view code = "null") {
  return R"({"error":{"message":")" + std::string(message) +
         R"(","type":"t","param":null,"code":)" + std::string(code) + "}}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refusal)

BOOST_AUTO_TEST_CASE(a_bare_status_has_a_class) {
  const std::vector<std::pair<int, FailureClass>> table{
      {400, bad_request},     {401, auth},
      {402, quota_exhausted}, {403, auth},
      {404, model_not_found}, {405, unsupported},
      {408, timeout},         {409, server_error},
      {413, bad_request},     {422, bad_request},
      {424, server_error},    {425, server_error},
      {429, rate_limited},    {500, server_error},
      {501, unsupported},     {502, server_error},
      {503, overloaded},      {504, server_error},
      {520, server_error},    {524, server_error},
      {529, overloaded},      {301, redirect},
      {308, redirect},        {204, malformed_response}};
  for (const auto& [status, expected] : table) {
    BOOST_TEST(cls(status, "<html>") == expected, status);
  }
}

BOOST_AUTO_TEST_CASE(the_body_wins_over_the_bare_status) {
  BOOST_TEST(cls(429, error("You exceeded your quota", R"("insufficient_quota")")) ==
             quota_exhausted);
  BOOST_TEST(cls(429, error("Rate limit reached", R"("rate_limit_exceeded")")) == rate_limited);
  BOOST_TEST(cls(400, error("too long", R"("context_length_exceeded")")) == context_too_long);
  BOOST_TEST(cls(400, error("This model's maximum context length is 4096 tokens")) ==
             context_too_long);
  BOOST_TEST(cls(400, error("filtered", R"("content_filter")")) == content_filtered);
  BOOST_TEST(cls(400, error("Setting 'echo' and 'logprobs' at the same time is not supported")) ==
             unsupported);
  BOOST_TEST(cls(500, error("Only no echo is supported", "500")) == unsupported);
  BOOST_TEST(cls(400, error("Your credit balance is too low")) == quota_exhausted);
}

BOOST_AUTO_TEST_CASE(every_shape_of_an_error_body_is_read) {
  const std::string said = "said so";
  for (const std::string_view body :
       {R"({"error":{"message":"said so","type":"t","param":null,"code":"c"}})",
        R"({"error":{"message":"said so","code":429}})",
        R"({"error":"said so","error_type":"t"})",
        R"({"object":"error","message":"said so","type":"t","param":null,"code":400})",
        R"({"type":"error","error":{"type":"t","message":"said so"},"request_id":"req_1"})",
        R"([{"error":{"code":400,"message":"said so","status":"S","details":[]}}])",
        R"({"detail":"said so"})",
        R"({"detail":[{"loc":["body"],"msg":"said so"}]})"}) {
    const std::string reason = read(400, std::string(body)).failure.reason;
    BOOST_TEST(reason.find(said) != std::string::npos, body << " gave " << reason);
  }
}

BOOST_AUTO_TEST_CASE(bodies_that_say_nothing_leave_the_status) {
  for (const std::string_view body :
       {"", "<html>502</html>", "null", "[]", "{}", "\"x\"", "{\"error\":", "\xff"}) {
    BOOST_TEST(read(502, std::string(body)).failure.reason == "HTTP 502", body);
  }
}

BOOST_AUTO_TEST_CASE(hints_come_from_headers_and_bodies) {
  BOOST_TEST(read(429, error("try again in 1.2s")).observation.retry_after.value() ==
             assay::Duration(1200ms));
  BOOST_TEST(read(503, "", {{"retry-after", "3"}}).observation.retry_after.value() ==
             assay::Duration(3s));
  const std::string google =
      R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[)"
      R"({"@type":"QuotaFailure","violations":[{"quotaId":"PerMinute"}]},)"
      R"({"@type":"RetryInfo","retryDelay":"57.2s"}]}})";
  BOOST_TEST(read(429, google).observation.retry_after.value() == assay::Duration(57200ms));
}

BOOST_AUTO_TEST_CASE(a_permanent_refusal_asks_for_no_wait) {
  const auto refused = read(429, error("m", R"("insufficient_quota")"), {{"retry-after", "3"}});
  BOOST_TEST(!refused.observation.retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(reasons_do_not_vary_between_identical_runs) {
  const auto one = read(429, error("Limit 500, used 497. Try again in 1.2s (req_0a1b2c3d4e5f)."));
  const auto two = read(429, error("Limit 500, used 499. Try again in 20ms (req_9z8y7x6w5v4u)."));
  BOOST_TEST(one.failure.reason == two.failure.reason);
  BOOST_TEST(one.failure.reason == "HTTP 429 t: Limit #, used #. Try again in # (#).");
}

BOOST_AUTO_TEST_CASE(what_tells_a_permanent_failure_is_kept) {
  BOOST_TEST(
      stable_text("maximum context length is 4096 tokens, asked for 5000", Remedy::final_item) ==
      "maximum context length is 4096 tokens, asked for 5000");
  BOOST_TEST(
      stable_text("model meta-llama/Llama-3.3-70B-Instruct is unknown", Remedy::stop_policy) ==
      "model meta-llama/Llama-3.3-70B-Instruct is unknown");
  BOOST_TEST(stable_text("gpt-3.5-turbo-instruct: see 3.2", Remedy::final_item) ==
             "gpt-3.5-turbo-instruct: see #");
}

BOOST_AUTO_TEST_CASE(ids_keys_and_times_are_taken_out) {
  for (const std::string_view text : {"key sk-abc is wrong",
                                      "key abcd****wxyz is wrong",
                                      "key 123e4567-e89b-12d3-a456-426614174000 is wrong",
                                      "key req_011CSHoEeqs5C35K2UUqR7Fy is wrong",
                                      "key 1795168805 is wrong",
                                      "key 2026-11-20T10:00:00Z is wrong"}) {
    BOOST_TEST(stable_text(text, Remedy::final_item) == "key # is wrong");
  }
  BOOST_TEST(stable_text("after 30 seconds", Remedy::final_item) == "after # seconds");
}

BOOST_AUTO_TEST_SUITE_END()
