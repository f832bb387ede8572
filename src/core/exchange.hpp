#pragma once

// What wire, pace and net say to each other about one request and its answer: values only.

#include "assay/failure.hpp"
#include "assay/money.hpp"
#include "assay/outcome.hpp"
#include "assay/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace assay {

// Tokens a request can cost at most; the safe bound for money is bytes. Source: design.md,
// section 7.
struct TokenBound {
  TokenCount input;
  TokenCount output;
};

// What the provider says it billed. Absent fields are absent, never zero.
struct Usage {
  std::optional<TokenCount> input;
  std::optional<TokenCount> output;
  friend bool operator==(const Usage&, const Usage&) = default;
};

// One axis of a provider's rate limit as its headers state it, per minute.
struct LimitReading {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> remaining;
  std::optional<Duration> reset_after;  // until the axis is full (or, after a refusal, free) again
  friend bool operator==(const LimitReading&, const LimitReading&) = default;
};

// What the headers and status of an answer say to the pacer.
struct Observation {
  int status = 0;                       // HTTP status; 0 when no answer came
  std::optional<Duration> retry_after;  // the server's own hint, of whatever form; a floor
  bool retry_forbidden = false;         // x-should-retry: false
  LimitReading requests;
  LimitReading tokens;  // input and output together
  LimitReading input_tokens;
  LimitReading output_tokens;
  friend bool operator==(const Observation&, const Observation&) = default;
};

// Header fields in the order received; names in lower case. Views into the answer they came with.
struct HeaderField {
  std::string_view name;
  std::string_view value;
};

// An answer as `wire` sees it: status, headers, and a body whose buffer has at least body_padding
// readable bytes behind its end, so that it can be parsed in place.
inline constexpr std::size_t body_padding = 64;
struct AnswerView {
  int status = 0;
  const std::vector<HeaderField>* headers = nullptr;
  std::string_view body;
};

// Where an exchange broke. `sent` decides about money: once any byte of the request may have
// reached the provider, it may be billed.
struct TransportFailure {
  FailureClass
      cls;  // timeout, connection, tls, certificate, redirect, malformed_response, cancelled
  std::string reason;  // deterministic, e.g. "no first byte within 120 s"
  bool possibly_billed = false;
};

}  // namespace assay
