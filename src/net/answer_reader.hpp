#pragma once

#include "assay/failure.hpp"
#include "net/answer.hpp"
#include "net/body_budget.hpp"
#include "net/body_builder.hpp"
#include "net/chunk_decoder.hpp"
#include "net/client_options.hpp"
#include "net/response_head.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::net {

// Reads one answer out of a stream of bytes; knows no socket. `limits` and `budget` outlive it.
//
// Order: feed() what arrived, or write into room() and advance(), until complete(); end() when the
// peer closed; take()
//        once. After an error the connection is of no use.
class AnswerReader {
 public:
  AnswerReader(const AnswerLimits& limits, BodyBudget& budget);
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  // How many bytes belong to the answer: all, unless it is complete; the rest are surplus that
  // nobody asked for. Errors: malformed_response, redirect, overloaded (budget).
  [[nodiscard]] std::expected<std::size_t, Failure> feed(std::string_view bytes);

  // Where bytes of a body of known length can go without a copy; empty when feed() must see them.
  // Errors: overloaded (budget).
  [[nodiscard]] std::expected<std::span<char>, Failure> room();
  void advance(std::size_t bytes);

  // The peer closed its side; `goodbye` when it said so in the TLS layer (without TLS: always).
  // Errors: connection when the answer is not complete by that.
  [[nodiscard]] std::expected<void, Failure> end(bool goodbye);

  [[nodiscard]] bool in_head() const { return state_ == State::head; }
  [[nodiscard]] bool complete() const { return state_ == State::complete; }
  [[nodiscard]] bool began() const {
    return bytes_in_ > 0;
  }  // any byte at all, interim answers included
  [[nodiscard]] bool in_final() const {
    return in_final_;
  }  // a byte after the last interim answer came
  [[nodiscard]] std::uint64_t bytes_in() const { return bytes_in_; }

  // Complete, exactly framed, and the server means to keep the connection.
  [[nodiscard]] bool reusable() const { return complete() && head_.keep_alive; }

  [[nodiscard]] Answer take();

 private:
  enum class State : std::uint8_t { head, length, chunked, until_close, complete };

  std::expected<std::size_t, Failure> feed_head(std::string_view bytes);
  std::expected<void, Failure> begin(std::string_view head);
  std::expected<void, Failure> begin_body();
  std::expected<void, Failure> finish_body();
  std::expected<std::size_t, Failure> feed_length(std::string_view bytes);
  std::expected<std::size_t, Failure> feed_chunked(std::string_view bytes);

  const AnswerLimits& limits_;
  State state_ = State::head;
  bool in_final_ = false;
  std::size_t interim_ = 0;
  std::uint64_t bytes_in_ = 0;
  std::size_t head_bytes_ = 0;  // of heads already read
  HeadScanner scanner_;
  std::string pending_;  // the part of a head that came so far, when it comes in pieces
  ResponseHead head_;
  ChunkDecoder chunks_;
  BodyBuilder body_;
  std::uint64_t body_bytes_ = 0;  // of a body of known length: that came
};

}  // namespace assay::net
