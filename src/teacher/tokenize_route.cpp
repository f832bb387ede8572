#include "teacher/tokenize_route.hpp"

#include "core/json_text.hpp"
#include "teacher/answer_json.hpp"

namespace assay::teacher {

namespace {

// {"tokens":[1,2]}, or with pieces [{"id":1,"piece":"a"}], a fragment of a character as bytes.
void append_llama(std::string& out,
                  const TokenizeRequest& request,
                  const std::vector<TokenId>& tokens,
                  const Vocabulary& vocabulary) {
  out += "{\"tokens\":";
  append_array(out, {0, tokens.size()}, [&](std::size_t i) {
    const auto bytes = vocabulary.bytes_of(tokens[i]);
    if (!request.with_texts) return append_json_number(out, std::uint64_t{tokens[i]});
    out += "{\"id\":";
    append_json_number(out, std::uint64_t{tokens[i]});
    out += ",\"piece\":";
    if (is_utf8(bytes)) {
      append_json_string(out, bytes);
    } else {
      append_bytes(out, bytes);
    }
    out += '}';
  });
  out += '}';
}

}  // namespace

HttpAnswer answer_tokenize(RequestParser& parser,
                           const Dialect& dialect,
                           std::string_view body,
                           std::int64_t context_tokens_max) {
  const auto request = parser.tokenize(body);
  if (!request) return answer_of(request.error(), dialect.errors);
  const auto& vocabulary = parser.vocabulary();
  auto tokens = vocabulary.encode(request->prompt);
  const bool bos = request->add_bos && (dialect.adds_bos || request->by_content);
  if (bos) tokens.insert(tokens.begin(), Vocabulary::begin_of_text);
  HttpAnswer answer;
  if (request->by_content) {
    append_llama(answer.body, *request, tokens, vocabulary);
    return answer;
  }
  JsonWriter json(answer.body);
  json.begin_object().key("count").number(static_cast<std::uint64_t>(tokens.size()));
  json.key("max_model_len").number(context_tokens_max).key("tokens").begin_array();
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

HttpAnswer answer_detokenize(RequestParser& parser, const Dialect& dialect, std::string_view body) {
  const auto text = parser.detokenize(body);
  if (!text) return answer_of(text.error(), dialect.errors);
  HttpAnswer answer;
  JsonWriter json(answer.body);
  json.begin_object();
  json.key(dialect.name == "llama.cpp" ? "content" : "prompt").string(*text);
  json.end_object();
  return answer;
}

}  // namespace assay::teacher
