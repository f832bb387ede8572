#include "teacher/provider.hpp"

#include "core/json_text.hpp"
#include "teacher/tokenize_route.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

namespace assay::teacher {

namespace {

Reply reply_of(HttpAnswer answer, bool keep_alive) {
  answer.keep_alive = keep_alive;
  Reply reply;
  reply.bytes = head_of(answer, answer.body.size()) + answer.body;
  reply.keep_alive = keep_alive;
  return reply;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

const ApiError wrong_key{
    401,
    "Incorrect API key provided. Set the key that the teacher was started with.",
    "invalid_request_error",
    std::nullopt,
    "invalid_api_key"};

ApiError unknown_url(const HttpRequest& http) {
  return {404,
          fmt::format("Unknown request URL: {} {}.", http.method, http.target),
          "invalid_request_error",
          std::nullopt,
          "unknown_url"};
}

}  // namespace

Provider::Provider(const ServerOptions& options,
                   std::vector<std::shared_ptr<const Model>> models,
                   Registry& registry)
    : options_(&options),
      models_(std::move(models)),
      at_root_(dialect_of(options.dialect)),
      parser_(models_.front()->vocabulary()),
      completions_(options, models_, parser_, registry) {}

std::optional<std::size_t> Provider::key_of(const HttpRequest& http, const Dialect& dialect) const {
  if (options_->keys.empty()) return 0;
  constexpr std::string_view bearer = "Bearer ";
  auto given = http.api_key;
  if (!dialect.own_key_header) {
    if (!http.authorization.starts_with(bearer)) return std::nullopt;
    given = http.authorization.substr(bearer.size());
  }
  for (std::size_t key = 0; key < options_->keys.size(); ++key) {
    if (same_secret(given, options_->keys[key].reveal())) return key;
  }
  return std::nullopt;
}

HttpAnswer Provider::models() const {
  HttpAnswer answer;
  JsonWriter json(answer.body);
  json.begin_object().key("object").string("list").key("data").begin_array();
  for (const auto& model : models_) {
    json.begin_object().key("id").string(model->name()).key("object").string("model");
    json.key("created").number(0).key("owned_by").string("assay");
    json.key("system_fingerprint").string(model->fingerprint());
    json.key("max_model_len").number(options_->context_tokens_max).end_object();
  }
  json.end_array().end_object();
  return answer;
}

// What else there is below a dialect's base.
std::optional<HttpAnswer> Provider::other(const Place& place, const HttpRequest& http) {
  const auto& dialect = *place.dialect;
  if (http.method == "GET") {
    if (place.rest == "/v1/models" || place.rest == std::string(dialect.base) + "/models")
      return models();
    if (place.rest != "/health") return std::nullopt;
    HttpAnswer answer;
    answer.body = R"({"status":"ok"})";
    return answer;
  }
  if (http.method != "POST" || !dialect.tokenizes) return std::nullopt;
  if (place.rest == "/tokenize")
    return answer_tokenize(parser_, dialect, http.body, options_->context_tokens_max);
  if (place.rest == "/detokenize") return answer_detokenize(parser_, dialect, http.body);
  return std::nullopt;
}

Reply Provider::answer(const HttpRequest& http, const Moment& moment) {
  const auto place = place_of(http.target, *at_root_);
  const auto& dialect = *place.dialect;
  const auto key = key_of(http, dialect);
  if (place.route != nullptr && http.method == "POST") {
    if (!key) return completions_.refuse(wrong_key, dialect, moment, http.keep_alive);
    return completions_.answer(
        {place, http.body, *key, http.keep_alive, http.accepts_gzip, moment});
  }
  if (!key) return reply_of(answer_of(wrong_key, dialect.errors), http.keep_alive);
  const auto answer = other(place, http);
  return reply_of(answer ? *answer : answer_of(unknown_url(http), dialect.errors), http.keep_alive);
}

Reply Provider::unreadable(int status) {
  return reply_of(answer_of(ApiError{status, "The request could not be read as HTTP/1.1."}), false);
}

}  // namespace assay::teacher
