// Faults in an answer's bytes and in how they are sent.

#include "teacher/fault_effects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::teacher::effect {

namespace {

using Kind = Step::Kind;

Step send(std::string bytes) {
  return {Kind::send, std::move(bytes), {}};
}
Step wait(Duration time) {
  return {Kind::wait, {}, time};
}
Step act(Kind kind) {
  return {kind, {}, {}};
}

std::string head(const HttpAnswer& answer) {
  return head_of(answer, answer.body.size());
}
std::string half(const HttpAnswer& answer) {
  return answer.body.substr(0, answer.body.size() / 2);
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string chunked_head(const HttpAnswer& answer) {
  auto other = answer;
  other.headers += "transfer-encoding: chunked\r\n";
  return head_of(other, std::nullopt);
}

}  // namespace

void malformed_json(HttpAnswer& answer, Rng&) {
  const auto colon = answer.body.find(':', answer.body.size() / 2);
  if (colon != std::string::npos) answer.body[colon] = ';';
}
void truncated_json(HttpAnswer& answer, Rng&) {
  answer.body.resize(answer.body.size() / 2);
}
void trailing_json(HttpAnswer& answer, Rng&) {
  answer.body += "{}";
}
void invalid_utf8(HttpAnswer& answer, Rng&) {
  const auto text = answer.body.find("\"text\":\"");
  if (text != std::string::npos) answer.body.insert(text + 8, "\xff");
}
void empty_body(HttpAnswer& answer, Rng&) {
  answer.body.clear();
}
void false_gzip(HttpAnswer& answer, Rng&) {
  answer.headers += "content-encoding: gzip\r\n";
}
void huge_header(HttpAnswer& answer, Rng&) {
  answer.headers += "x-padding: " + std::string(100'000, 'a') + "\r\n";
}

Script reset_before_answer(const HttpAnswer&, Rng&) {
  return {act(Kind::reset)};
}
Script ghost_billing(const HttpAnswer& answer, Rng&) {
  HttpAnswer timeout;
  timeout.status = 504;
  timeout.content_type = "text/html";
  timeout.keep_alive = answer.keep_alive;
  timeout.body = "<html><body><h1>504 Gateway Time-out</h1></body></html>";
  return {send(head(timeout) + timeout.body)};
}
Script reset_after_headers(const HttpAnswer& answer, Rng&) {
  return {send(head(answer)), wait(std::chrono::milliseconds(5)), act(Kind::reset)};
}
Script reset_mid_body(const HttpAnswer& answer, Rng&) {
  return {send(head(answer) + half(answer)), wait(std::chrono::milliseconds(5)), act(Kind::reset)};
}
Script close_before_answer(const HttpAnswer&, Rng&) {
  return {act(Kind::close)};
}
Script close_behind_answer(const HttpAnswer& answer, Rng&) {
  return {send(head(answer) + answer.body), act(Kind::close)};
}
Script close_mid_body(const HttpAnswer& answer, Rng&) {
  return {send(head(answer) + half(answer)), act(Kind::close)};
}
Script stall(const HttpAnswer&, Rng&) {
  return {act(Kind::hold)};
}
Script stall_mid_body(const HttpAnswer& answer, Rng&) {
  return {send(head(answer) + half(answer)), act(Kind::hold)};
}

Script drip(const HttpAnswer& answer, Rng&) {
  // Ten bytes each 50 ms: 200 bytes a second.
  Script script{send(head(answer))};
  for (std::size_t at = 0; at < answer.body.size(); at += 10) {
    script.push_back(wait(std::chrono::milliseconds(50)));
    script.push_back(send(answer.body.substr(at, 10)));
  }
  return script;
}

Script late(const HttpAnswer& answer, Rng&) {
  return {wait(std::chrono::seconds(2)), send(head(answer) + answer.body)};
}

Script continue_first(const HttpAnswer& answer, Rng&) {
  return {send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
          wait(std::chrono::milliseconds(5)),
          send(head(answer) + answer.body)};
}

Script extra_bytes(const HttpAnswer& answer, Rng&) {
  return {send(head(answer) + answer.body + "surplus")};
}

Script second_answer(const HttpAnswer& answer, Rng&) {
  const auto one = head(answer) + answer.body;
  return {send(one + one)};
}

Script length_short(const HttpAnswer& answer, Rng&) {
  return {send(head_of(answer, answer.body.size() - std::min<std::size_t>(1, answer.body.size())) +
               answer.body)};
}

Script length_long(const HttpAnswer& answer, Rng&) {
  return {send(head_of(answer, answer.body.size() + 10) + answer.body), act(Kind::close)};
}

Script no_length(const HttpAnswer& answer, Rng&) {
  auto other = answer;
  other.keep_alive = false;
  return {send(head_of(other, std::nullopt) + answer.body), act(Kind::close)};
}

Script chunked(const HttpAnswer& answer, Rng& rng) {
  auto bytes = chunked_head(answer);
  for (std::size_t at = 0; at < answer.body.size();) {
    const auto size = 1 + static_cast<std::size_t>(rng.below(1000));
    const auto piece = std::string_view(answer.body).substr(at, size);
    bytes += chunk(piece);
    at += piece.size();
  }
  return {send(bytes + "0\r\n\r\n")};
}

Script chunked_broken(const HttpAnswer& answer, Rng&) {
  return {send(chunked_head(answer) + chunk(half(answer)) + "zz\r\n"), act(Kind::close)};
}

Script not_http(const HttpAnswer&, Rng&) {
  return {send("SSH-2.0-teacher\r\n"), act(Kind::close)};
}

Script go_away(const HttpAnswer& answer, Rng&) {
  HttpAnswer last = answer;
  last.keep_alive = false;  // HTTP/1.1 says so in the head
  return {act(Kind::go_away), send(head(last) + last.body)};
}

Script drop(const HttpAnswer&, Rng&) {
  return {act(Kind::drop)};
}

Script stall_windows(const HttpAnswer& answer, Rng&) {
  return {act(Kind::stall_windows), send(head(answer) + answer.body)};
}

}  // namespace assay::teacher::effect
