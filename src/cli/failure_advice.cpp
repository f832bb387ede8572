// One row per failure class: what it means for whoever has to act.

#include "cli/failure_report.hpp"
#include "cli/go_on.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

std::string again(FailureClass cls, const std::string& run) {
  return fmt::format(
      "assay score -c {} --retry-failed {}", shell_word(run + "/config.yaml"), name_of(cls));
}

std::string show(FailureClass cls, const std::string& run) {
  return fmt::format(
      "grep '\"class\":\"{}\"' {}", name_of(cls), shell_word(run + "/failures.jsonl"));
}

Advice passing(std::string why, FailureClass cls, const std::string& run) {
  return {.retry_helps = true, .why = std::move(why), .command = again(cls, run)};
}

Advice lasting(std::string why, FailureClass cls, const std::string& run) {
  return {.retry_helps = false, .why = std::move(why), .command = show(cls, run)};
}

Advice after_mending(std::string why, FailureClass cls, const std::string& run) {
  return {.retry_helps = false, .why = std::move(why), .command = again(cls, run)};
}

}  // namespace

Advice advice_for(FailureClass cls, const std::string& run) {
  using enum FailureClass;
  switch (cls) {
    case rate_limited:
      return passing("the provider's limit; a later or slower run gets through", cls, run);
    case overloaded:
    case server_error:
    case timeout:
    case connection:
    case tls:
      return passing("a passing fault of the provider or the way there", cls, run);
    case deadline:
      return passing("not answered before the row's deadline; see --row-deadline", cls, run);
    case cancelled:
    case budget_exhausted:
      return passing("given up on our side before it was done", cls, run);
    case certificate:
    case redirect:
      return after_mending(
          "the address or its certificate is wrong: mend base_url or ca_file first", cls, run);
    case auth:
      return after_mending("the key is refused: mend it first", cls, run);
    case quota_exhausted:
      return after_mending("the account has no quota left: fill it up first", cls, run);
    case model_not_found:
      return after_mending("the provider does not know the model: mend model: first", cls, run);
    case bad_request:
      return lasting(
          "the provider refuses the request as it is; its words are in the reason", cls, run);
    case context_too_long:
      return lasting(
          "the text exceeds the model's context under this policy's template: shorten "
          "those rows, or take a model with a longer context",
          cls,
          run);
    case content_filtered:
      return lasting("the provider does not process this content: take another provider", cls, run);
    case unsupported:
      return lasting("the endpoint cannot do what is asked: take one that can", cls, run);
    case boundary_inside_token:
      return lasting(
          "the response starts inside a token of its prompt, so that no log-probability "
          "of it exists: a template that ends in a special token avoids it (--template)",
          cls,
          run);
    case malformed_response:
    case echo_mismatch:
    case truncated_echo:
    case missing_logprob:
    case invalid_logprob:
    case invalid_output:
      return passing(
          "the answer could not be trusted, each time; another day it may be whole", cls, run);
    case model_mismatch:
      return after_mending(
          "another model answered than the one asked for: mend model: first", cls, run);
    case invalid_input:
      return lasting("the row itself cannot be used: mend the data", cls, run);
  }
  return {};
}

}  // namespace assay::cli
