#include "assay/failure.hpp"

#include "assay/ensure.hpp"
#include "core/printable.hpp"

#include <array>

namespace assay {
namespace {

struct Entry {
  FailureClass cls;
  std::string_view name;
  Remedy remedy;
};

constexpr std::array<Entry, failure_class_count> table{{
    {FailureClass::rate_limited, "rate_limited", Remedy::retry},
    {FailureClass::overloaded, "overloaded", Remedy::retry},
    {FailureClass::timeout, "timeout", Remedy::retry},
    {FailureClass::connection, "connection", Remedy::retry},
    {FailureClass::tls, "tls", Remedy::retry},
    {FailureClass::server_error, "server_error", Remedy::retry},
    {FailureClass::certificate, "certificate", Remedy::stop_run},
    {FailureClass::redirect, "redirect", Remedy::stop_run},
    {FailureClass::auth, "auth", Remedy::stop_policy},
    {FailureClass::quota_exhausted, "quota_exhausted", Remedy::stop_policy},
    {FailureClass::model_not_found, "model_not_found", Remedy::stop_policy},
    {FailureClass::bad_request, "bad_request", Remedy::final_item},
    {FailureClass::context_too_long, "context_too_long", Remedy::final_item},
    {FailureClass::content_filtered, "content_filtered", Remedy::final_item},
    {FailureClass::unsupported, "unsupported", Remedy::final_item},
    {FailureClass::boundary_inside_token, "boundary_inside_token", Remedy::final_item},
    {FailureClass::malformed_response, "malformed_response", Remedy::distrust},
    {FailureClass::echo_mismatch, "echo_mismatch", Remedy::distrust},
    {FailureClass::truncated_echo, "truncated_echo", Remedy::distrust},
    {FailureClass::missing_logprob, "missing_logprob", Remedy::distrust},
    {FailureClass::invalid_logprob, "invalid_logprob", Remedy::distrust},
    {FailureClass::model_mismatch, "model_mismatch", Remedy::distrust},
    {FailureClass::invalid_output, "invalid_output", Remedy::distrust},
    {FailureClass::invalid_input, "invalid_input", Remedy::final_item},
    {FailureClass::budget_exhausted, "budget_exhausted", Remedy::not_sent},
    {FailureClass::deadline, "deadline", Remedy::not_sent},
    {FailureClass::cancelled, "cancelled", Remedy::not_sent},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].cls) != i) return false;
  }
  return true;
}
static_assert(in_order());

const Entry& entry_of(FailureClass cls) {
  return table[static_cast<std::size_t>(cls)];
}

}  // namespace

std::string_view name_of(FailureClass cls) {
  return entry_of(cls).name;
}

std::optional<FailureClass> failure_class_of(std::string_view name) {
  for (const Entry& entry : table) {
    if (entry.name == name) return entry.cls;
  }
  return std::nullopt;
}

Remedy remedy_of(FailureClass cls) {
  return entry_of(cls).remedy;
}

Failure make_failure(FailureClass cls, std::string_view reason) {
  return Failure{cls, printable(reason, failure_reason_bytes_max)};
}

}  // namespace assay
