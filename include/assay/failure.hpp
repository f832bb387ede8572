#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

// Why there is no number. Names are stable: journal, metrics, exit code and report use them
// (name_of). Source: design.md, section 3.
enum class FailureClass : std::uint8_t {
  // Passing: the same request may succeed later.
  rate_limited,
  overloaded,
  timeout,
  connection,
  tls,  // the handshake was cut
  server_error,
  // Wrong for every row: the run stops.
  certificate,  // the server's certificate is not the configured host's
  redirect,
  auth,
  quota_exhausted,
  model_not_found,
  // Permanent for this item.
  bad_request,
  context_too_long,
  content_filtered,
  unsupported,
  boundary_inside_token,
  // The answer cannot be trusted; tried a bounded number of times.
  malformed_response,
  echo_mismatch,
  truncated_echo,
  missing_logprob,
  invalid_logprob,
  model_mismatch,
  invalid_output,
  // Never sent, or given up on our side.
  invalid_input,
  budget_exhausted,
  deadline,
  cancelled,
};
inline constexpr std::size_t failure_class_count =
    static_cast<std::size_t>(FailureClass::cancelled) + 1;

// What may be done about a failure of this class.
enum class Remedy : std::uint8_t {
  retry,        // passing: back off and try again
  distrust,     // the answer was wrong: try again a bounded number of times, then final
  final_item,   // this item never works
  stop_policy,  // wrong for every row of this policy or endpoint: stop sending
  stop_run,     // wrong for every row, and unsafe to go on
  not_sent,     // our own decision
};

[[nodiscard]] std::string_view name_of(FailureClass cls);
[[nodiscard]] std::optional<FailureClass> failure_class_of(std::string_view name);
[[nodiscard]] Remedy remedy_of(FailureClass cls);

// A measurement that gave no number: data, not an error. `reason` is deterministic (no times, no
// addresses, no request ids), at most failure_reason_bytes_max bytes, free of control characters,
// and never holds a key.
struct Failure {
  FailureClass cls;
  std::string reason;
  friend bool operator==(const Failure&, const Failure&) = default;
};
inline constexpr std::size_t failure_reason_bytes_max = 300;

// Makes a Failure whose reason is fit for a record: control characters and invalid UTF-8 escaped,
// length bounded at a character boundary. Every reason that quotes a server goes through here.
[[nodiscard]] Failure make_failure(FailureClass cls, std::string_view reason);

}  // namespace assay
