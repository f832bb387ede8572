#pragma once

#include "assay/time.hpp"
#include "core/exchange.hpp"
#include "net/body.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::net {

// When things happened to one exchange, on the monotonic clock.
struct Timing {
  Instant started;     // start() was called
  Instant sent;        // the first request byte went out (of the replay, if there was one)
  Instant first_byte;  // of the final answer
  Instant done;
  std::optional<Instant> connected;  // handshake done; absent on a reused connection
  bool replayed = false;             // sent twice: a reused connection turned out dead
};

// A complete, exactly framed answer with status 200-299 or 400-599. Owns its bytes; move-only.
class Answer {
 public:
  Answer(int status,
         std::unique_ptr<char[]> head,  // owns the bytes of `fields`
         std::vector<HeaderField> fields,
         Body body)
      : status_(status),
        head_(std::move(head)),
        fields_(std::move(fields)),
        body_(std::move(body)) {}

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::vector<HeaderField>& fields() const {
    return fields_;
  }  // names in lower case
  [[nodiscard]] std::string_view body() const {
    return body_.view();
  }  // body_padding zero bytes follow

  // The first field of this name (lower case), if any.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;

  // Valid until this Answer is moved or destroyed.
  [[nodiscard]] AnswerView view() const {
    return {.status = status_, .headers = &fields_, .body = body_.view()};
  }

  Timing timing;

 private:
  int status_;
  std::unique_ptr<char[]> head_;
  std::vector<HeaderField> fields_;
  Body body_;
};

// 3xx is a failure (redirect, never followed); other statuses are answers, for the dialect to
// judge.
// An exchange that gave no answer.
struct ExchangeFailure : TransportFailure {
  ExchangeFailure(TransportFailure failure)  // NOLINT(google-explicit-constructor): is one
      : TransportFailure(std::move(failure)) {}
  // A reused connection was found dead before any byte of an answer, or an HTTP/2 server said that
  // it did not look at the request: says nothing of the provider. To be sent again at once.
  bool dead_on_reuse = false;
  // The connection broke under several exchanges at once, and another of them says so already: one
  // event. Of class `connection` only.
  bool same_break = false;
};

using ExchangeResult = std::expected<Answer, ExchangeFailure>;

}  // namespace assay::net
