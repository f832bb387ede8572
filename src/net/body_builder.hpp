#pragma once

#include "assay/failure.hpp"
#include "net/body.hpp"
#include "net/body_budget.hpp"
#include "net/client_options.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace assay::net {

// A body that grows as its bytes arrive, within the answer's limit and the client's budget: what is
// allocated stays in proportion to what came, whatever was announced. `limits` and `budget` outlive
// it.
// Errors of all: malformed_response (limit), overloaded (budget, memory).
class BodyBuilder {
 public:
  BodyBuilder(const AnswerLimits& limits, BodyBudget& budget) : limits_(limits), budget_(budget) {}
  ~BodyBuilder() { budget_.give_back(body_.capacity()); }
  BodyBuilder(const BodyBuilder&) = delete;
  BodyBuilder& operator=(const BodyBuilder&) = delete;

  using Verdict = std::expected<void, Failure>;

  // The whole length, which the peer announced. Nothing is allocated before the first byte.
  [[nodiscard]] Verdict announce(std::uint64_t length);
  [[nodiscard]] Verdict append(std::string_view bytes);
  // Room for at least one byte, at most up to the announced length; then advance().
  [[nodiscard]] std::expected<std::span<char>, Failure> room();
  void advance(std::size_t bytes) { body_.advance(bytes); }

  [[nodiscard]] std::size_t size() const { return body_.size(); }
  [[nodiscard]] Body take();  // sealed

 private:
  [[nodiscard]] Verdict grow_to_hold(std::size_t bytes);
  [[nodiscard]] Verdict set_capacity(std::size_t bytes);

  const AnswerLimits& limits_;
  BodyBudget& budget_;
  std::optional<std::size_t> announced_;
  Body body_;
};

}  // namespace assay::net
