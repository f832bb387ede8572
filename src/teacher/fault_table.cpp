#include "teacher/fault_table.hpp"

#include "teacher/fault_effects.hpp"

#include <vector>

namespace assay::teacher {

namespace {

constexpr std::string_view rate_limited_body =
    R"({"error":{"message":"Rate limit reached. Please try again later.","type":"requests","param":null,"code":"rate_limit_exceeded"}})";
constexpr std::string_view quota_body =
    R"({"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}})";
constexpr std::string_view server_error_body =
    R"({"error":{"message":"The server had an error while processing your request.","type":"server_error","param":null,"code":null}})";
constexpr std::string_view overloaded_body =
    R"({"error":{"message":"The engine is currently overloaded, please try again later.","type":"overloaded_error","param":null,"code":null}})";
constexpr std::string_view timeout_body =
    R"({"error":{"message":"Request timed out.","type":"timeout","param":null,"code":null}})";
constexpr std::string_view filtered_body =
    R"({"error":{"message":"The response was filtered due to the content management policy.","type":null,"param":"prompt","code":"content_filter"}})";
constexpr std::string_view gateway_body = "<html><body><h1>502 Bad Gateway</h1></body></html>";

const FaultRow refusals[] = {
    {"status-408", "408 Request Timeout", Refusal{408, timeout_body}},
    {"status-429",
     "429 with retry-after",
     Refusal{429, rate_limited_body, "retry-after: 1\r\nretry-after-ms: 100\r\n"}},
    {"status-429-no-hint", "429 without any hint", Refusal{429, rate_limited_body}},
    {"quota-exhausted", "429 with code insufficient_quota", Refusal{429, quota_body}},
    {"status-500", "500 with an OpenAI body", Refusal{500, server_error_body}},
    {"status-502", "502 with an HTML body", Refusal{502, gateway_body, "", "text/html"}},
    {"status-503", "503 with an OpenAI body", Refusal{503, overloaded_body}},
    {"status-529", "529 overloaded", Refusal{529, overloaded_body}},
    {"content-filter", "400 with code content_filter", Refusal{400, filtered_body}},
    {"error-in-200", "200 whose body is an error", Refusal{200, server_error_body}},
    {"redirect",
     "302 to another host",
     Refusal{302, "", "location: https://127.0.0.2:1/v1/completions\r\n"}},
};

const FaultRow deliveries[] = {
    {"malformed-json", "a colon in the body is a semicolon", effect::malformed_json},
    {"truncated-json", "half of the body, framed as if it were all", effect::truncated_json},
    {"trailing-json", "a second document after the body's", effect::trailing_json},
    {"invalid-utf8", "a byte 0xff inside the text", effect::invalid_utf8},
    {"empty-body", "200 with nothing", effect::empty_body},
    {"false-gzip", "content-encoding says gzip, the body is plain", effect::false_gzip},
    {"huge-header", "a header of 100,000 bytes", effect::huge_header},

    {"reset-before-answer", "TCP reset instead of an answer, billed", effect::reset_before_answer},
    {"ghost-billing", "504 instead of an answer, billed", effect::ghost_billing},
    {"reset-after-headers", "TCP reset after the headers", effect::reset_after_headers},
    {"reset-mid-body", "TCP reset after half of the body", effect::reset_mid_body},
    {"close-before-answer", "an orderly end instead of an answer", effect::close_before_answer},
    {"close-behind-answer",
     "an orderly end behind the answer that announced none",
     effect::close_behind_answer},
    {"close-mid-body", "an orderly end after half of the body", effect::close_mid_body},
    {"stall", "silence until the client goes", effect::stall},
    {"stall-mid-body", "silence after half of the body", effect::stall_mid_body},
    {"drip", "200 bytes of body a second", effect::drip},
    {"late", "the answer comes two seconds late", effect::late},
    {"continue-first", "100 and 103 come before the answer", effect::continue_first},
    {"extra-bytes", "bytes follow the body", effect::extra_bytes},
    {"second-answer", "the answer comes twice", effect::second_answer},
    {"length-short", "content-length is one less than the body", effect::length_short},
    {"length-long", "content-length is ten more than the body", effect::length_long},
    {"no-length", "the end of the connection ends the body", effect::no_length},
    {"chunked", "chunks of random sizes, correctly", effect::chunked},
    {"chunked-broken", "a chunk size that is none", effect::chunked_broken},
    {"not-http", "the answer is not HTTP", effect::not_http},

    {"refused-stream",
     "HTTP/2: REFUSED_STREAM, unbilled; HTTP/1.1: 503",
     Refusal{503, overloaded_body, "", "application/json", true}},
    {"go-away", "HTTP/2: GOAWAY, then the answer; HTTP/1.1: the last answer", effect::go_away},
    {"drop-connection", "TCP reset of the connection with all that is on it", effect::drop},
    {"stall-windows",
     "HTTP/2: from here on the connection's windows stay as they are",
     effect::stall_windows},
};

}  // namespace

std::span<const FaultGroup> fault_groups() {
  static const auto groups = [] {
    std::vector<FaultGroup> all{{"Refusals (not billed)", refusals}};
    all.insert(all.end(), lie_groups().begin(), lie_groups().end());
    all.push_back({"Damage on the way (billed)", deliveries});
    return all;
  }();
  return groups;
}

std::span<const FaultRow> fault_rows() {
  static const auto rows = [] {
    std::vector<FaultRow> all;
    for (const auto& group : fault_groups())
      all.insert(all.end(), group.rows.begin(), group.rows.end());
    return all;
  }();
  return rows;
}

const FaultRow* fault_row(std::string_view name) {
  for (const auto& row : fault_rows()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace assay::teacher
