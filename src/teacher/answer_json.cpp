#include "teacher/answer_json.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::teacher {

namespace {

Columns tops_of(const Choice& choice, std::size_t position) {
  if (position >= choice.top_ends.size()) return {};
  return {position == 0 ? 0 : choice.top_ends[position - 1], choice.top_ends[position]};
}

bool is_special(TokenId token) {
  return token >= Vocabulary::byte_count && token < Vocabulary::first_piece;
}

void append_top(std::string& out,
                const Choice& choice,
                std::size_t position,
                const Vocabulary& vocabulary) {
  if (position >= choice.nats.size() || !choice.nats[position]) {
    out += "null";
    return;
  }
  out += '{';
  const auto tops = tops_of(choice, position);
  for (auto i = tops.begin; i < tops.end; ++i) {
    if (i != tops.begin) out += ',';
    out += vocabulary.json_of(choice.tops[i].token);
    out += ':';
    append_json_number(out, choice.tops[i].nats);
  }
  out += '}';
}

void append_legacy_value(std::string& out,
                         const Choice& choice,
                         std::size_t position,
                         const LegacyStyle& style) {
  if (style.first_zero && position == 0 && !choice.nats[0] && choice.literals.empty()) {
    out += "0.0";
  } else {
    append_value(out, choice, position);
  }
}

// Of the 20 likeliest, of which the choice holds as many as were asked for and itself.
bool is_floored(const Choice& choice, std::size_t position) {
  return position < choice.ranks.size() && choice.ranks[position] > 20;
}

void append_entry_token(std::string& out, TokenId token, const Vocabulary& vocabulary) {
  out += vocabulary.json_of(token);
  out += ",\"bytes\":";
  append_bytes(out, vocabulary.bytes_of(token));
}

void append_content_tops(std::string& out,
                         const Choice& choice,
                         std::size_t position,
                         const Vocabulary& vocabulary,
                         const ContentStyle& style) {
  auto tops = tops_of(choice, position);
  tops.end = std::min(tops.end, tops.begin + choice.top_count);
  append_array(out, tops, [&](std::size_t i) {
    out += '{';
    if (style.ids) fmt::format_to(std::back_inserter(out), "\"id\":{},", choice.tops[i].token);
    out += "\"token\":";
    append_entry_token(out, choice.tops[i].token, vocabulary);
    out += ",\"logprob\":";
    append_json_number(out, choice.tops[i].nats);
    out += '}';
  });
}

void append_content_entry(std::string& out,
                          const Choice& choice,
                          std::size_t i,
                          const Vocabulary& vocabulary,
                          const ContentStyle& style) {
  out += '{';
  if (style.ids) fmt::format_to(std::back_inserter(out), "\"id\":{},", choice.tokens[i]);
  out += "\"token\":";
  if (style.fireworks && is_special(choice.tokens[i])) {
    out += "\"\",\"bytes\":[]";
  } else {
    append_entry_token(out, choice.tokens[i], vocabulary);
  }
  out += ",\"logprob\":";
  if (style.floors && is_floored(choice, i)) {
    out += "-9999.0";
  } else {
    append_legacy_value(out, choice, i, {.first_zero = style.first_zero});
  }
  if (style.fireworks) {
    fmt::format_to(std::back_inserter(out),
                   ",\"text_offset\":{},\"token_id\":{}",
                   choice.offsets[i],
                   choice.tokens[i]);
    const auto made = i - std::min(i, choice.prompt_count);
    if (i >= choice.prompt_count && made < choice.sampled.size()) {
      out += ",\"sampling_logprob\":";
      append_json_number(out, choice.sampled[made]);
    }
  }
  out += ",\"top_logprobs\":";
  append_content_tops(out, choice, i, vocabulary, style);
  out += '}';
}

}  // namespace

Columns all_columns(const Choice& choice) {
  return {0, choice.tokens.size()};
}
Columns prompt_columns(const Choice& choice) {
  return {0, std::min(choice.prompt_count, choice.tokens.size())};
}
Columns made_columns(const Choice& choice) {
  return {prompt_columns(choice).end, choice.tokens.size()};
}
std::string_view made_text(const Choice& choice) {
  return std::string_view(choice.text).substr(std::min(choice.prompt_bytes, choice.text.size()));
}

void append_value(std::string& out, const Choice& choice, std::size_t position) {
  for (const auto& literal : choice.literals) {
    if (literal.position != position) continue;
    out += literal.json;
    return;
  }
  if (position < choice.nats.size() && choice.nats[position]) {
    append_json_number(out, *choice.nats[position]);
  } else {
    out += "null";
  }
}

void append_token(std::string& out,
                  const Choice& choice,
                  std::size_t position,
                  const Vocabulary& vocabulary) {
  out += position < choice.shown.size() ? std::string_view(choice.shown[position])
                                        : vocabulary.json_of(choice.tokens[position]);
}

void append_decoded(std::string& out, TokenId token, const Vocabulary& vocabulary) {
  append_json_string(out, vocabulary.bytes_of(token));
}

void append_bytes(std::string& out, std::string_view bytes) {
  append_array(out, {0, bytes.size()}, [&](std::size_t i) {
    append_json_number(out, std::uint64_t{static_cast<unsigned char>(bytes[i])});
  });
}

void append_ids(std::string& out, const std::vector<TokenId>& tokens, Columns columns) {
  append_array(
      out, columns, [&](std::size_t i) { append_json_number(out, std::uint64_t{tokens[i]}); });
}

void append_legacy(std::string& out,
                   const Choice& choice,
                   Columns columns,
                   const Vocabulary& vocabulary,
                   const LegacyStyle& style) {
  const auto bounded = [&](std::size_t size) {
    return Columns{std::min(columns.begin, size), std::min(columns.end, size)};
  };
  out += "{\"tokens\":";
  append_array(out, columns, [&](std::size_t i) {
    if (style.tokens_as_ids) {
      fmt::format_to(std::back_inserter(out), "\"token_id:{}\"", choice.tokens[i]);
    } else if (style.special_blank && is_special(choice.tokens[i])) {
      out += "\"\"";
    } else {
      append_token(out, choice, i, vocabulary);
    }
  });
  out += ",\"token_logprobs\":";
  append_array(out, bounded(choice.nats.size()), [&](std::size_t i) {
    append_legacy_value(out, choice, i, style);
  });
  if (style.tops) {
    out += ",\"top_logprobs\":";
    if (choice.top_count == 0) {
      out += "null";
    } else {
      append_array(out, bounded(choice.top_ends.size()), [&](std::size_t i) {
        append_top(out, choice, i, vocabulary);
      });
    }
  }
  if (style.offsets != LegacyStyle::Offsets::absent) {
    out += ",\"text_offset\":";
    append_array(out, bounded(choice.offsets.size()), [&](std::size_t i) {
      append_json_number(
          out,
          style.offsets == LegacyStyle::Offsets::minus_one ? std::int64_t{-1} : choice.offsets[i]);
    });
  }
  if (style.ids) {
    out += ",\"token_ids\":";
    append_ids(out, choice.tokens, columns);
  }
  out += '}';
}

void append_content(std::string& out,
                    const Choice& choice,
                    Columns columns,
                    const Vocabulary& vocabulary,
                    const ContentStyle& style) {
  columns.end = std::min(columns.end, choice.nats.size());
  columns.begin = std::min(columns.begin, columns.end);
  append_array(out, columns, [&](std::size_t i) {
    append_content_entry(out, choice, i, vocabulary, style);
  });
}

void drop_beginning(Choice& choice, std::size_t kept, const Vocabulary& vocabulary) {
  const auto prompt = prompt_columns(choice).end;
  if (kept >= prompt) return;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < prompt - kept; ++i)
    bytes += vocabulary.bytes_of(choice.tokens[i]).size();
  drop_columns(choice, prompt - kept);
  bytes = std::min(bytes, choice.text.size());
  choice.text.erase(0, bytes);
  choice.prompt_bytes -= std::min(choice.prompt_bytes, bytes);
}

void append_usage(std::string& out, const Completion& completion) {
  if (completion.usage == Completion::Usage::absent) return;
  out += ",\"usage\":";
  if (completion.usage == Completion::Usage::null) {
    out += "null";
    return;
  }
  fmt::format_to(std::back_inserter(out),
                 R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})",
                 completion.prompt_tokens,
                 completion.completion_tokens,
                 completion.prompt_tokens + completion.completion_tokens);
}

void append_opening(std::string& out, const Completion& completion, std::string_view object) {
  out += "{\"id\":";
  append_json_string(out, completion.id);
  fmt::format_to(std::back_inserter(out),
                 ",\"object\":\"{}\",\"created\":{},\"model\":",
                 object,
                 completion.created_s);
  append_json_string(out, completion.model);
  out += ",\"system_fingerprint\":";
  append_json_string(out, completion.fingerprint);
  out += ',';
}

}  // namespace assay::teacher
