#include "teacher/provider.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>

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
      parser_(models_.front()->vocabulary()),
      completions_(options, models_, parser_, registry) {}

std::optional<std::size_t> Provider::key_of(const HttpRequest& http) const {
  if (options_->keys.empty()) return 0;
  constexpr std::string_view bearer = "Bearer ";
  if (!http.authorization.starts_with(bearer)) return std::nullopt;
  const auto given = http.authorization.substr(bearer.size());
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

HttpAnswer Provider::tokenize(std::string_view body) {
  const auto request = parser_.tokenize(body);
  if (!request) return answer_of(request.error());
  const auto& vocabulary = models_.front()->vocabulary();
  const auto tokens = vocabulary.encode(request->prompt);
  HttpAnswer answer;
  JsonWriter json(answer.body);
  json.begin_object().key("count").number(static_cast<std::uint64_t>(tokens.size()));
  json.key("max_model_len").number(options_->context_tokens_max).key("tokens").begin_array();
  for (const auto token : tokens) json.number(std::uint64_t{token});
  json.end_array().key("token_strs");
  if (request->with_texts) {
    json.begin_array();
    for (const auto token : tokens) json.raw(vocabulary.json_of(token));
    json.end_array();
  } else {
    json.null();
  }
  json.end_object();
  return answer;
}

Reply Provider::answer(const HttpRequest& http, const Moment& moment) {
  const auto path = http.target.substr(0, http.target.find('?'));
  const auto key = key_of(http);
  const auto dialect = std::find_if(
      dialects().begin(), dialects().end(), [&](const Dialect& d) { return d.path == path; });
  if (dialect != dialects().end() && http.method == "POST") {
    if (!key) return completions_.refuse(wrong_key, moment, http.keep_alive);
    return completions_.answer({*dialect, http.body, *key, http.keep_alive, moment});
  }
  if (!key) return reply_of(answer_of(wrong_key), http.keep_alive);
  if (path == "/v1/models" && http.method == "GET") return reply_of(models(), http.keep_alive);
  if (path == "/tokenize" && http.method == "POST")
    return reply_of(tokenize(http.body), http.keep_alive);
  return reply_of(answer_of(unknown_url(http)), http.keep_alive);
}

Reply Provider::unreadable(int status) {
  return reply_of(answer_of(ApiError{status, "The request could not be read as HTTP/1.1."}), false);
}

}  // namespace assay::teacher
