#include "net/answer_reader.hpp"

#include "assay/ensure.hpp"

#include <algorithm>
#include <utility>

namespace assay::net {

AnswerReader::AnswerReader(const AnswerLimits& limits, BodyBudget& budget)
    : limits_(limits), scanner_(limits.head_bytes_max), body_(limits, budget) {}

std::expected<std::size_t, Failure> AnswerReader::feed(std::string_view bytes) {
  bytes_in_ += bytes.size();
  std::size_t consumed = 0;
  while (consumed < bytes.size() && state_ != State::complete) {
    const std::string_view rest = bytes.substr(consumed);
    std::expected<std::size_t, Failure> taken;
    switch (state_) {
      case State::head:
        taken = feed_head(rest);
        break;
      case State::length:
        taken = feed_length(rest);
        break;
      case State::chunked:
        taken = feed_chunked(rest);
        break;
      case State::until_close:
        taken = rest.size();
        if (auto ok = body_.append(rest); !ok) taken = std::unexpected(std::move(ok.error()));
        break;
      case State::complete:
        break;
    }
    if (!taken) return taken;
    consumed += *taken;
  }
  return consumed;
}

std::expected<std::size_t, Failure> AnswerReader::feed_head(std::string_view bytes) {
  in_final_ = true;
  const auto end = scanner_.scan(bytes);
  if (!end) return malformed(end.error());
  if (!*end) {
    pending_.append(bytes);
    return bytes.size();
  }
  const std::string_view piece = bytes.substr(0, **end);
  std::expected<void, Failure> begun;
  if (pending_.empty()) {
    begun = begin(piece);  // as a rule the whole head comes at once: no copy
  } else {
    pending_.append(piece);
    begun = begin(pending_);
  }
  if (!begun) return std::unexpected(std::move(begun.error()));
  return piece.size();
}

std::expected<void, Failure> AnswerReader::begin(std::string_view head) {
  auto parsed = parse_response_head(head, limits_.fields_max);
  if (!parsed) return malformed(parsed.error());
  if (parsed->status >= 200) {
    head_ = std::move(*parsed);
    pending_ = {};
    return begin_body();
  }
  if (parsed->status == 101) return malformed("the server changed the protocol unasked");
  if (++interim_ > limits_.interim_max) return malformed("too many interim answers");
  head_bytes_ += head.size();
  if (head_bytes_ > limits_.head_bytes_max) return malformed("the head is longer than its limit");
  pending_.clear();
  scanner_ = HeadScanner(limits_.head_bytes_max - head_bytes_);
  in_final_ = false;
  return {};
}

std::expected<void, Failure> AnswerReader::begin_body() {
  if (head_.status >= 300 && head_.status <= 399) {
    return std::unexpected(redirect_failure(head_.status, head_.location));
  }
  const bool is_coded = head_.coding != Coding::identity;
  if (is_coded && head_.coding != limits_.coding) return malformed(coding_not_asked_for);
  if (is_coded && head_.framing != Framing::none) {
    if (auto ok = body_.expect_gzip(); !ok) return ok;
  }
  switch (head_.framing) {
    case Framing::none:
      state_ = State::complete;
      return {};
    case Framing::chunked:
      state_ = State::chunked;
      return {};
    case Framing::until_close:
      state_ = State::until_close;
      return {};
    case Framing::length:
      break;
  }
  state_ = State::length;
  if (head_.length == 0) return finish_body();
  if (is_coded) return {};
  return body_.announce(head_.length);
}

std::expected<void, Failure> AnswerReader::finish_body() {
  if (auto ok = body_.finish(); !ok) return ok;
  state_ = State::complete;
  return {};
}

std::expected<std::size_t, Failure> AnswerReader::feed_length(std::string_view bytes) {
  const std::uint64_t left = head_.length - body_bytes_;
  const std::string_view part = bytes.substr(0, std::min<std::uint64_t>(left, bytes.size()));
  if (auto ok = body_.append(part); !ok) return std::unexpected(std::move(ok.error()));
  body_bytes_ += part.size();
  if (body_bytes_ == head_.length) {
    if (auto ok = finish_body(); !ok) return std::unexpected(std::move(ok.error()));
  }
  return part.size();
}

std::expected<std::size_t, Failure> AnswerReader::feed_chunked(std::string_view bytes) {
  auto step = chunks_.next(bytes);
  if (!step) return malformed(step.error());
  if (auto ok = body_.append(step->data); !ok) return std::unexpected(std::move(ok.error()));
  if (chunks_.complete()) {
    if (auto ok = finish_body(); !ok) return std::unexpected(std::move(ok.error()));
  }
  return step->consumed;
}

std::expected<std::span<char>, Failure> AnswerReader::room() {
  if (state_ != State::length || head_.coding != Coding::identity) return std::span<char>{};
  return body_.room();
}

void AnswerReader::advance(std::size_t bytes) {
  bytes_in_ += bytes;
  body_.advance(bytes);
  body_bytes_ += bytes;
  if (body_bytes_ == head_.length) state_ = State::complete;
}

std::expected<void, Failure> AnswerReader::end(bool goodbye) {
  if (state_ == State::complete) return {};
  if (state_ == State::until_close && goodbye) return finish_body();
  const std::string_view why =
      !began() ? "the server closed the connection without an answer"
      : state_ == State::until_close
          ? "the connection was cut: the answer's end is not known"
          : "the server closed the connection before the answer was complete";
  return std::unexpected(make_failure(FailureClass::connection, why));
}

Answer AnswerReader::take() {
  ensure(complete(), "an answer is taken when it is complete");
  return Answer(head_.status, std::move(head_.bytes), std::move(head_.fields), body_.take());
}

}  // namespace assay::net
