#pragma once

#include "assay/failure.hpp"
#include "net/answer.hpp"
#include "net/body_budget.hpp"
#include "net/body_builder.hpp"
#include "net/client_options.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::net {

// The fields of one HEADERS block as they arrive. One per connection: blocks do not interleave.
class FieldBlock {
 public:
  void clear();
  void add(std::string_view name, std::string_view value);

  [[nodiscard]] std::size_t bytes() const { return text_.size(); }
  [[nodiscard]] std::size_t count() const { return lengths_.size(); }

  // A copy of exactly its size; the fields view into it.
  struct Copy {
    std::unique_ptr<char[]> bytes;
    std::vector<HeaderField> fields;
  };
  [[nodiscard]] Copy copy() const;

 private:
  struct Lengths {
    std::size_t name;
    std::size_t value;
  };
  std::string text_;
  std::vector<Lengths> lengths_;
};

// One answer of HTTP/2, put together from the events of its stream. What the protocol itself
// demands (order of blocks, names in lower case, Content-Length equal to the body) nghttp2 has
// checked before. `limits` and `budget` outlive it.
// Errors of all: malformed_response, redirect, overloaded (budget); after one the answer is of no
// use.
class Http2Answer {
 public:
  Http2Answer(const AnswerLimits& limits, BodyBudget& budget)
      : limits_(limits), body_(limits, budget) {}

  using Verdict = std::expected<void, Failure>;

  // Whether `block`, which is being received, keeps within the limits of a head.
  [[nodiscard]] Verdict check(const FieldBlock& block) const;
  // A whole block came: an interim head, the final one, or trailer fields, which are dropped.
  [[nodiscard]] Verdict take_block(const FieldBlock& block);
  [[nodiscard]] Verdict take_data(std::string_view bytes);
  // The server ended the stream as it should.
  [[nodiscard]] Verdict end();

  [[nodiscard]] bool began() const { return bytes_in_ > 0; }
  [[nodiscard]] bool in_final() const { return status_ != 0; }
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] std::uint64_t bytes_in() const { return bytes_in_; }

  [[nodiscard]] Answer take();

 private:
  [[nodiscard]] Verdict take_final(FieldBlock::Copy head);

  const AnswerLimits& limits_;
  int status_ = 0;  // of the final answer
  bool complete_ = false;
  std::size_t interim_ = 0;
  std::size_t head_bytes_ = 0;  // of blocks already read
  std::uint64_t bytes_in_ = 0;
  FieldBlock::Copy head_;
  BodyBuilder body_;
};

}  // namespace assay::net
