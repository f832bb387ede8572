#include "teacher/answer.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

std::string_view phrase_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

void append_number(std::string& out, std::int64_t value) {
  append_json_number(out, value);
}

void append_top(std::string& out,
                const Choice& choice,
                std::size_t position,
                const Vocabulary& vocabulary) {
  if (!choice.nats[position]) {
    out += "null";
    return;
  }
  out += '{';
  const auto begin = position == 0 ? 0 : choice.top_ends[position - 1];
  for (auto i = begin; i < choice.top_ends[position]; ++i) {
    if (i != begin) out += ',';
    out += vocabulary.json_of(choice.tops[i].token);
    out += ':';
    append_json_number(out, choice.tops[i].nats);
  }
  out += '}';
}

void append_value(std::string& out, const Choice& choice, std::size_t position) {
  for (const auto& literal : choice.literals) {
    if (literal.position != position) continue;
    out += literal.json;
    return;
  }
  if (choice.nats[position]) {
    append_json_number(out, *choice.nats[position]);
  } else {
    out += "null";
  }
}

// "[a,b,c]" with entry(i) writing each.
template <class Entry>
void append_array(std::string& out, std::size_t count, Entry&& entry) {
  out += '[';
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out += ',';
    entry(i);
  }
  out += ']';
}

void append_logprobs(std::string& out, const Choice& choice, const Vocabulary& vocabulary) {
  out += "{\"tokens\":";
  append_array(out, choice.tokens.size(), [&](std::size_t i) {
    out += choice.shown.empty() ? vocabulary.json_of(choice.tokens[i]) : choice.shown[i];
  });
  out += ",\"token_logprobs\":";
  append_array(out, choice.nats.size(), [&](std::size_t i) { append_value(out, choice, i); });
  out += ",\"top_logprobs\":";
  if (choice.top_count == 0) {
    out += "null";
  } else {
    append_array(out, choice.top_ends.size(), [&](std::size_t i) {
      append_top(out, choice, i, vocabulary);
    });
  }
  out += ",\"text_offset\":";
  append_array(
      out, choice.offsets.size(), [&](std::size_t i) { append_number(out, choice.offsets[i]); });
  out += '}';
}

void append_choice(std::string& out, const Choice& choice, const Vocabulary& vocabulary) {
  out += "{\"index\":";
  append_number(out, choice.index);
  out += ",\"text\":";
  append_json_string(out, choice.text);
  out += ",\"logprobs\":";
  if (choice.with_logprobs) {
    append_logprobs(out, choice, vocabulary);
  } else {
    out += "null";
  }
  out += ",\"finish_reason\":";
  append_json_string(out, choice.finish_reason);
  out += '}';
}

}  // namespace

void append_head(std::string& out,
                 const HttpAnswer& answer,
                 std::optional<std::size_t> content_length) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 {} {}\r\nserver: assay-teacher\r\ncontent-type: {}\r\n",
                 answer.status,
                 phrase_of(answer.status),
                 answer.content_type);
  if (content_length)
    fmt::format_to(std::back_inserter(out), "content-length: {}\r\n", *content_length);
  if (!answer.keep_alive) out += "connection: close\r\n";
  out += answer.headers;
  out += "\r\n";
}

std::string head_of(const HttpAnswer& answer, std::optional<std::size_t> content_length) {
  std::string out;
  append_head(out, answer, content_length);
  return out;
}

void append_json(std::string& out, const Completion& completion, const Vocabulary& vocabulary) {
  out += "{\"id\":";
  append_json_string(out, completion.id);
  out += ",\"object\":\"text_completion\",\"created\":";
  append_number(out, completion.created_s);
  out += ",\"model\":";
  append_json_string(out, completion.model);
  out += ",\"system_fingerprint\":";
  append_json_string(out, completion.fingerprint);
  out += ",\"choices\":";
  append_array(out, completion.choices.size(), [&](std::size_t i) {
    append_choice(out, completion.choices[i], vocabulary);
  });
  if (completion.usage == Completion::Usage::null) out += ",\"usage\":null";
  if (completion.usage == Completion::Usage::counted) {
    fmt::format_to(std::back_inserter(out),
                   R"(,"usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})",
                   completion.prompt_tokens,
                   completion.completion_tokens,
                   completion.prompt_tokens + completion.completion_tokens);
  }
  out += '}';
}

}  // namespace assay::teacher
