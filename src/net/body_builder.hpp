#pragma once

#include "assay/failure.hpp"
#include "net/body.hpp"
#include "net/body_budget.hpp"
#include "net/client_options.hpp"
#include "net/inflater.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace assay::net {

// A body that grows as its bytes arrive, within the answer's limit and the client's budget: what is
// allocated stays in proportion to what came, whatever was announced. `limits` and `budget` outlive
// it.
// Errors of all: malformed_response (limit, not the coding it should have), overloaded (budget,
// memory).
class BodyBuilder {
 public:
  BodyBuilder(const AnswerLimits& limits, BodyBudget& budget) : limits_(limits), budget_(budget) {}
  ~BodyBuilder() { give_back(); }
  BodyBuilder(const BodyBuilder&) = delete;
  BodyBuilder& operator=(const BodyBuilder&) = delete;

  using Verdict = std::expected<void, Failure>;

  // The whole length, which the peer announced. Nothing is allocated before the first byte.
  [[nodiscard]] Verdict announce(std::uint64_t length);
  [[nodiscard]] Verdict append(std::string_view bytes);
  // Before the first byte, and instead of announce(): what append() takes is gzip.
  [[nodiscard]] Verdict expect_gzip();
  // All bytes of it came. Errors: malformed_response when a compressed body is not whole.
  [[nodiscard]] Verdict finish();
  // Not of a compressed body: room for at least one byte, at most up to the announced length; then
  // advance().
  [[nodiscard]] std::expected<std::span<char>, Failure> room();
  void advance(std::size_t bytes) { body_.advance(bytes); }

  [[nodiscard]] std::size_t size() const { return body_.size(); }
  [[nodiscard]] Body take();  // sealed

 private:
  [[nodiscard]] Verdict grow_to_hold(std::size_t bytes);
  [[nodiscard]] Verdict set_capacity(std::size_t bytes);
  [[nodiscard]] Verdict inflate(std::string_view bytes);
  [[nodiscard]] std::expected<Inflater::Step, Failure> inflate_some(std::string_view bytes);
  void give_back();

  const AnswerLimits& limits_;
  BodyBudget& budget_;
  std::optional<std::size_t> announced_;
  Body body_;
  std::unique_ptr<Inflater> inflater_;
  bool inflated_ = false;       // the end of the compressed content came
  std::uint64_t deflated_ = 0;  // bytes given to the inflater
};

}  // namespace assay::net
