#include "wire/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::wire {
namespace {

using enum FailureClass;

// Order matters: the first that fits is taken.
constexpr std::array common_rules{
    ErrorRule{0, "insufficient_quota", quota_exhausted},
    ErrorRule{0, "credit_balance_exhausted", quota_exhausted},
    ErrorRule{0, "spend_limit_exceeded", quota_exhausted},
    ErrorRule{0, "organization_usage_limit_exceeded", quota_exhausted},
    ErrorRule{0, "enforced_spend_limit_reached", quota_exhausted},
    ErrorRule{0, "billing_hard_limit_reached", quota_exhausted},
    ErrorRule{0, "credit_limit", quota_exhausted},
    ErrorRule{400, "credit balance", quota_exhausted},
    ErrorRule{400, "usage limit", quota_exhausted},
    ErrorRule{400, "API_KEY_INVALID", auth},
    ErrorRule{400, "API key not valid", auth},
    ErrorRule{400, "FAILED_PRECONDITION", auth},
    ErrorRule{0, "context_length_exceeded", context_too_long},
    ErrorRule{0, "exceed_context_size", context_too_long},
    ErrorRule{0, "maximum context length", context_too_long},
    ErrorRule{0, "model's context length", context_too_long},
    ErrorRule{0, "prompt is too long", context_too_long},
    ErrorRule{0, "input is too long", context_too_long},
    ErrorRule{400, "context length", context_too_long},
    ErrorRule{400, "context window", context_too_long},
    ErrorRule{400, "maximum number of tokens", context_too_long},
    ErrorRule{413, "token", context_too_long},
    ErrorRule{422, "must be <=", context_too_long},
    ErrorRule{0, "content_filter", content_filtered},
    ErrorRule{0, "content_policy_violation", content_filtered},
    ErrorRule{0, "content management policy", content_filtered},
    ErrorRule{400, "model_not_found", model_not_found},
    ErrorRule{400, "model_not_available", model_not_found},
    ErrorRule{403, "model_not_found", model_not_found},
    ErrorRule{400, "unsupported", unsupported},
    ErrorRule{400, "not supported", unsupported},
    ErrorRule{400, "does not support", unsupported},
    ErrorRule{422, "not supported", unsupported},
    ErrorRule{500, "Only no echo is supported", unsupported},
    ErrorRule{400, "overloaded", overloaded},
    ErrorRule{500, "overloaded_error", overloaded},
    ErrorRule{429, "overloaded_error", overloaded},
};

bool contains(std::string_view text, std::string_view needle) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return !std::ranges::search(text, needle, {}, lower, lower).empty();
}

bool fits(const ErrorRule& rule, int status, const RemoteError& error) {
  if (rule.status != 0 && rule.status != status) return false;
  return std::ranges::any_of(
      std::array{error.code, error.type, error.status, error.detail, error.message},
      [&](std::string_view text) { return contains(text, rule.needle); });
}

FailureClass class_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return auth;
    case 402:
    case 412:
      return quota_exhausted;
    case 404:
      return model_not_found;
    case 405:
    case 501:
      return unsupported;
    case 408:
      return timeout;
    case 409:
    case 424:
    case 425:
      return server_error;
    case 429:
      return rate_limited;
    case 503:
    case 529:
      return overloaded;
    default:
      if (status >= 500) return server_error;
      if (status >= 400) return bad_request;
      return status >= 300 ? redirect : malformed_response;
  }
}

void read_details(Json details, RemoteError& error) {
  if (details.is_object()) {
    if (const auto fields =
            pick(details, std::array<std::string_view, 1>{"error_code"}, "details")) {
      error.detail = text_of((*fields)[0]).value_or("");
    }
    return;
  }
  simdjson::dom::array list;
  if (details.get(list) != simdjson::SUCCESS) return;
  for (const Json item : list) {
    std::string_view text;
    if (item["retryDelay"].get(text) == simdjson::SUCCESS) error.retry_delay = text;
    if (item["reason"].get(text) == simdjson::SUCCESS) error.detail = text;
    simdjson::dom::array violations;
    if (item["violations"].get(violations) != simdjson::SUCCESS) continue;
    for (const Json violation : violations) {
      if (violation["quotaId"].get(text) == simdjson::SUCCESS) error.detail = text;
    }
  }
}

// The fields that error objects share, whether they stand under "error" or at the top.
std::optional<RemoteError> read_object(Json object) {
  constexpr std::array<std::string_view, 6> names{
      "message", "code", "type", "status", "details", "error_type"};
  const auto fields = pick(object, names, "error");
  if (!fields) return std::nullopt;
  const auto& [message, code, type, status, details, error_type] = *fields;
  RemoteError error;
  error.message = text_of(message).value_or("");
  error.code = text_of(code).value_or("");
  if (const auto number = integer_of(code); number && *number >= 0 && *number < 1000) {
    error.number = static_cast<int>(*number);
  }
  error.type = text_of(type).value_or(text_of(error_type).value_or(""));
  error.status = text_of(status).value_or("");
  if (details) read_details(*details, error);
  return error;
}

// {"detail": "..."} or {"detail": [{"msg": "..."}]}
std::optional<RemoteError> read_detail(Json detail) {
  RemoteError error;
  if (detail.get(error.message) == simdjson::SUCCESS) return error;
  simdjson::dom::array list;
  if (detail.get(list) != simdjson::SUCCESS || list.size() == 0) return std::nullopt;
  if (list.at(0)["msg"].get(error.message) != simdjson::SUCCESS) return std::nullopt;
  return error;
}

bool is_passing(FailureClass cls) {
  return remedy_of(cls) == Remedy::retry;
}

}  // namespace

std::optional<RemoteError> remote_error(Json root) {
  simdjson::dom::array list;
  if (root.get(list) == simdjson::SUCCESS) {
    if (list.size() != 1) return std::nullopt;
    root = list.at(0).value_unsafe();
  }
  if (!root.is_object()) return std::nullopt;
  Json inner;
  if (root["error"].get(inner) == simdjson::SUCCESS && !inner.is_null()) {
    if (inner.is_object()) return read_object(inner);
    RemoteError error;
    if (inner.get(error.message) != simdjson::SUCCESS) return std::nullopt;
    std::string_view type;
    if (root["error_type"].get(type) == simdjson::SUCCESS) error.type = type;
    return error;
  }
  std::string_view object;
  if (root["object"].get(object) == simdjson::SUCCESS && object == "error")
    return read_object(root);
  if (root["detail"].get(inner) == simdjson::SUCCESS) return read_detail(inner);
  return std::nullopt;
}

FailureClass classify(int status, const RemoteError& error, std::span<const ErrorRule> own_rules) {
  // An error under status 200 carries the true status inside, if any.
  if (status < 300 && error.number && *error.number >= 400) status = *error.number;
  for (const ErrorRule& rule : own_rules) {
    if (fits(rule, status, error)) return rule.cls;
  }
  for (const ErrorRule& rule : common_rules) {
    if (fits(rule, status, error)) return rule.cls;
  }
  return status < 300 ? server_error : class_of(status);
}

Failure refusal(FailureClass cls, int status, const RemoteError& error) {
  std::string reason = fmt::format("HTTP {}", status);
  std::string_view name = error.code;
  for (const std::string_view other : {error.detail, error.status, error.type}) {
    if (name.empty()) name = other;
  }
  if (!name.empty()) reason += fmt::format(" {}", stable_text(name, remedy_of(cls)));
  if (!error.message.empty()) {
    reason += fmt::format(": {}", stable_text(error.message, remedy_of(cls)));
  }
  return make_failure(cls, reason);
}

Refusal read_refusal(const AnswerView& answer,
                     const RemoteError& error,
                     std::span<const ErrorRule> own_rules) {
  const FailureClass cls = classify(answer.status, error, own_rules);
  const BodyHints hints{.retry_delay = error.retry_delay, .message = error.message};
  Refusal read{refusal(cls, answer.status, error), observe(answer.status, *answer.headers, hints)};
  if (!is_passing(cls)) read.observation.retry_after.reset();
  return read;
}

Refusal read_refusal(const AnswerView& answer,
                     simdjson::dom::parser& parser,
                     std::span<const ErrorRule> own_rules) {
  const auto root = parse_answer(parser, answer.body);
  if (const auto error = root ? remote_error(*root) : std::nullopt) {
    return read_refusal(answer, *error, own_rules);
  }
  return {refusal(class_of(answer.status), answer.status, {}),
          observe(answer.status, *answer.headers)};
}

}  // namespace assay::wire
