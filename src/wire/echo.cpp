#include "wire/echo.hpp"

#include "core/printable.hpp"
#include "core/utf8.hpp"
#include "wire/lossy_cover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace assay::wire {
namespace {

using enum FailureClass;

std::unexpected<EchoFault> fault(FailureClass cls, std::string_view reason) {
  return std::unexpected(EchoFault{make_failure(cls, reason), {}});
}

// A few bytes for a reason.
std::string in_quotes(std::string_view bytes) {
  return '"' + printable(bytes, 32) + '"';
}

// A token that is a fragment of UTF-8 may be written as `bytes:\xe2\x80`, other characters as they
// are.
std::optional<std::string> decode_fragment(std::string_view token) {
  constexpr std::string_view prefix = "bytes:";
  if (!token.starts_with(prefix)) return std::nullopt;
  token.remove_prefix(prefix.size());
  std::string bytes;
  while (!token.empty()) {
    unsigned value = 0;
    if (token.starts_with("\\x") && token.size() >= 4) {
      const auto [end, error] = std::from_chars(token.data() + 2, token.data() + 4, value, 16);
      if (error != std::errc{} || end != token.data() + 4) return std::nullopt;
      bytes += static_cast<char>(value);
      token.remove_prefix(4);
    } else {
      bytes += token.front();
      token.remove_prefix(1);
    }
  }
  return bytes;
}

std::unexpected<EchoFault> differing_text(std::string_view sent, std::string_view echoed) {
  const auto [a, b] = std::ranges::mismatch(sent, echoed);
  const auto at = static_cast<std::size_t>(a - sent.begin());
  if (b == echoed.end()) {
    return fault(truncated_echo, fmt::format("the echo ends at byte {} of {}", at, sent.size()));
  }
  // A server that cuts at the left gives back a tail of what was sent.
  constexpr std::size_t probe_bytes = 32;
  const std::size_t begin = sent.find(echoed.substr(0, probe_bytes), 1);
  if (begin != std::string_view::npos && echoed.size() >= probe_bytes &&
      echoed.starts_with(sent.substr(begin))) {
    return fault(truncated_echo,
                 fmt::format("the echo begins at byte {} of {}", begin, sent.size()));
  }
  return fault(echo_mismatch,
               fmt::format("byte {}: sent {}, echoed {}",
                           at,
                           in_quotes(sent.substr(at, 16)),
                           in_quotes(echoed.substr(at, 16))));
}

std::expected<void, EchoFault> check_lengths(const Echo& echo) {
  if (echo.tokens.empty()) return fault(missing_logprob, "the answer lists no tokens");
  if (echo.log_probs.size() != echo.tokens.size()) {
    return fault(
        truncated_echo,
        fmt::format("{} log-probs for {} tokens", echo.log_probs.size(), echo.tokens.size()));
  }
  if (echo.offsets && echo.offsets->size() != echo.tokens.size()) {
    return fault(truncated_echo,
                 fmt::format("{} offsets for {} tokens", echo.offsets->size(), echo.tokens.size()));
  }
  return {};
}

// Whether a token without text may stand before `rest`, where special tokens show as nothing: as
// the server's own BOS before everything, or as a fragment of a character. Anywhere else it is one
// that was not sent: a second BOS, which the words of the others would hide.
bool may_be_blank(std::size_t place, std::string_view rest) {
  return place == 0 || static_cast<unsigned char>(rest.front()) >= 0x80U;
}

// Lays token after token over the sent text. Afterwards columns.ends has one end per token that is
// needed to cover it. Gives the number of special tokens that show as nothing.
std::expected<std::size_t, EchoFault> cover(std::string_view sent,
                                            const Echo& echo,
                                            const EchoRules& rules,
                                            EchoColumns& columns) {
  columns.ends.clear();
  std::size_t at = 0;
  std::size_t blanks = 0;
  for (std::size_t i = 0; i < echo.tokens.size() && at < sent.size(); ++i) {
    const std::string_view token = echo.tokens[i];
    const std::string_view rest = sent.substr(at);
    const bool blank = rules.blank_specials && token.empty();
    const std::string_view word = blank ? special_word(rest) : std::string_view();
    if (blank && word.empty() && !may_be_blank(i, rest)) {
      return fault(echo_mismatch,
                   fmt::format("token {} has no text, and no special token was sent at byte {}: "
                               "the server adds one (a second BOS?)",
                               i,
                               at));
    }
    if (blank && (i == 0 || !word.empty())) {
      at += word.size();
      ++blanks;
    } else if (rest.starts_with(token)) {
      at += token.size();
    } else if (const auto bytes = decode_fragment(token); bytes && rest.starts_with(*bytes)) {
      at += bytes->size();
    } else {
      return fault(echo_mismatch,
                   fmt::format("token {} is {}, at byte {} was sent {}",
                               i,
                               in_quotes(token),
                               at,
                               in_quotes(rest.substr(0, 16))));
    }
    columns.ends.push_back(static_cast<std::uint32_t>(at));
  }
  if (at < sent.size()) {
    return fault(truncated_echo, fmt::format("the tokens end at byte {} of {}", at, sent.size()));
  }
  return blanks;
}

// The same where tokens that hold a part of a character do not show its bytes.
std::expected<std::size_t, EchoFault> cover_with_marks(const Prompt& prompt,
                                                       const Echo& echo,
                                                       const EchoRules& rules,
                                                       EchoFault as_it_is,
                                                       EchoColumns& columns) {
  if (echo.text && !echo.text->starts_with(prompt.text))
    return std::unexpected(std::move(as_it_is));
  const auto listed = static_cast<std::int64_t>(echo.tokens.size());
  const auto count =
      std::clamp<std::int64_t>(echo.prompt_tokens.value_or(listed - rules.max_tokens), 0, listed);
  const auto is_marked = [](std::string_view token) { return token.contains("\uFFFD"); };
  const auto tokens = echo.tokens.first(static_cast<std::size_t>(count));
  if (std::ranges::none_of(tokens, is_marked)) return std::unexpected(std::move(as_it_is));
  switch (cover_lossy(prompt.text, prompt.boundary, tokens, columns.ends)) {
    case LossyFit::none:
      break;
    case LossyFit::certain:
      return static_cast<std::size_t>(std::ranges::count_if(tokens, is_marked));
    case LossyFit::unclear:
      return fault(boundary_inside_token,
                   "whether a token begins at the response is hidden by parts of characters that "
                   "show as U+FFFD");
  }
  return std::unexpected(std::move(as_it_is));
}

// How many of the tokens are the prompt's. Tokens without text after its end could be either; usage
// decides, and where it does not, nothing is guessed.
std::expected<std::size_t, EchoFault> count_prompt(const Echo& echo,
                                                   const EchoRules& rules,
                                                   std::size_t covering) {
  const std::size_t listed = echo.tokens.size();
  std::size_t last = covering;
  while (last < listed && echo.tokens[last].empty()) ++last;
  if (echo.prompt_tokens) {
    const auto least_counted = static_cast<std::int64_t>(covering);
    // A token that the server keeps to itself is no part of the list.
    const std::int64_t hidden = std::clamp(*echo.prompt_tokens - static_cast<std::int64_t>(last),
                                           std::int64_t{0},
                                           rules.hidden_tokens_max);
    const auto counted = *echo.prompt_tokens - hidden;
    if (counted < least_counted || counted > static_cast<std::int64_t>(last)) {
      return fault(
          truncated_echo,
          fmt::format("usage counts {} prompt tokens, the echo has {}", counted, covering));
    }
    last = covering = static_cast<std::size_t>(counted);
  }
  const auto asked = static_cast<std::size_t>(std::max(rules.max_tokens, 0));
  const std::size_t least = std::max(covering, listed - std::min(listed, asked));
  if (least > last) {
    return fault(
        echo_mismatch,
        fmt::format("{} tokens follow the prompt, {} were asked for", listed - last, asked));
  }
  if (least != last) {
    return fault(echo_mismatch,
                 "a token without text may be the prompt's or generated: no usage says");
  }
  const auto generated = static_cast<std::int64_t>(listed - last);
  if (echo.generated_tokens && *echo.generated_tokens < generated) {
    return fault(
        echo_mismatch,
        fmt::format(
            "{} tokens follow the prompt, usage counts {}", generated, *echo.generated_tokens));
  }
  return last;
}

// Offsets count the code points before a token. Inside a character both counts, with and without
// it, are in use.
std::expected<void, EchoFault> check_offsets(std::string_view sent,
                                             const Echo& echo,
                                             const EchoColumns& columns) {
  if (!echo.offsets) return {};
  std::size_t at = 0;
  std::int64_t characters = 0;  // that begin before `at`
  for (std::size_t i = 0; i < columns.ends.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : columns.ends[i - 1];
    for (; at < begin; ++at) characters += continues_character(sent, at) ? 0 : 1;
    const std::int64_t stated = (*echo.offsets)[i];
    const bool inside = continues_character(sent, begin);
    if (stated == characters || (inside && stated == characters - 1)) continue;
    return fault(
        echo_mismatch,
        fmt::format("text_offset of token {} is {}, its text begins at {}", i, stated, characters));
  }
  return {};
}

std::expected<void, EchoFault> check_first(const LogProbEntry& entry, FirstEntry rule) {
  using Kind = LogProbEntry::Kind;
  if (entry.kind == Kind::null) return {};
  if (entry.kind == Kind::number) {
    if (rule == FirstEntry::anything) return {};
    if (rule == FirstEntry::null_or_zero && entry.nats == 0.0) return {};
  }
  return fault(invalid_logprob,
               "the first entry has a value where nothing can have one: the list may be shifted");
}

std::expected<void, EchoFault> check_entries(std::span<const LogProbEntry> entries,
                                             FirstEntry first_entry,
                                             EchoColumns& columns) {
  if (auto first = check_first(entries[0], first_entry); !first) return first;
  columns.nats.clear();
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const LogProbEntry& entry = entries[i];
    if (entry.kind == LogProbEntry::Kind::null) {
      return fault(missing_logprob, fmt::format("entry {} of {} is null", i, entries.size()));
    }
    if (entry.kind == LogProbEntry::Kind::other) {
      return fault(invalid_logprob, fmt::format("entry {} is no number", i));
    }
    if (entry.nats <= sentinel_nats) {
      return fault(invalid_logprob,
                   fmt::format("entry {} is {}, a server's word for none", i, entry.nats));
    }
    if (const auto value = LogProb::from_nats(entry.nats); !value) {
      return fault(invalid_logprob, fmt::format("entry {}: {}", i, value.error()));
    }
    columns.nats.push_back(entry.nats);
  }
  return {};
}

std::string byte_count(std::size_t count) {
  return fmt::format("{} byte{}", count, count == 1 ? "" : "s");
}

std::expected<std::size_t, EchoFault> find_boundary(const Prompt& prompt,
                                                    std::span<const std::uint32_t> ends) {
  const auto found = std::ranges::lower_bound(ends, prompt.boundary);
  const auto index = static_cast<std::size_t>(found - ends.begin());
  const std::size_t begin = index == 0 ? 0 : ends[index - 1];
  const std::string_view token = prompt.text.substr(begin, *found - begin);
  if (*found != prompt.boundary) {
    const auto reason =
        fmt::format("token {} {} ends the context ({}) and begins the response ({})",
                    index,
                    in_quotes(token),
                    byte_count(prompt.boundary - begin),
                    byte_count(*found - prompt.boundary));
    return std::unexpected(
        EchoFault{make_failure(boundary_inside_token, reason), std::string(token)});
  }
  if (index + 1 < ends.size() && ends[index + 1] == prompt.boundary) {
    return fault(boundary_inside_token,
                 fmt::format("token {} has no text: it may end the context or begin the response",
                             index + 1));
  }
  return index + 1;
}

// A token that is no whole text (a fragment of UTF-8, a special one) shows as U+FFFD or not at all.
bool is_gap(std::string_view token) {
  return token.empty() || token.contains("\uFFFD") || token.starts_with("bytes:");
}

// More than any token stands for: what a tokenizer cuts off is longer, or it is seen elsewhere.
constexpr std::size_t gap_bytes_max = 256;

// Whether the texts of tokens may make up `text`. Gaps say nothing; what stands before the first
// and behind the last of them must be there byte for byte, and they must be enough for the rest.
bool may_be_text_of(std::span<const std::string_view> tokens, std::string_view text) {
  std::size_t front = 0;
  for (; front < tokens.size() && !is_gap(tokens[front]); ++front) {
    if (!text.starts_with(tokens[front])) return false;
    text.remove_prefix(tokens[front].size());
  }
  if (front == tokens.size()) return text.empty();
  std::size_t back = tokens.size();
  for (; !is_gap(tokens[back - 1]); --back) {
    if (!text.ends_with(tokens[back - 1])) return false;
    text.remove_suffix(tokens[back - 1].size());
  }
  return text.size() <= gap_bytes_max * (back - front);
}

}  // namespace

std::expected<Alignment, EchoFault> align(const Prompt& prompt,
                                          const Echo& echo,
                                          const EchoRules& rules,
                                          EchoColumns& columns) {
  columns.ends.clear();
  columns.nats.clear();  // nothing of an earlier prompt stays, wherever this one ends
  if (auto checked = check_lengths(echo); !checked) return std::unexpected(checked.error());
  auto covered = cover(prompt.text, echo, rules, columns);
  if (!covered && rules.decoded_apart) {
    covered = cover_with_marks(prompt, echo, rules, std::move(covered.error()), columns);
  }
  const bool has_gaps = covered && *covered > 0;
  if (echo.text && !has_gaps && !echo.text->starts_with(prompt.text)) {
    return differing_text(prompt.text, *echo.text);
  }
  if (!covered) return std::unexpected(covered.error());
  const auto count = count_prompt(echo, rules, columns.ends.size());
  if (!count) return std::unexpected(count.error());
  columns.ends.resize(*count, static_cast<std::uint32_t>(prompt.text.size()));
  if (auto checked = check_offsets(prompt.text, echo, columns); !checked) {
    return std::unexpected(checked.error());
  }
  if (auto checked = check_entries(echo.log_probs.first(*count), rules.first_entry, columns);
      !checked) {
    return std::unexpected(checked.error());
  }
  const auto begin = find_boundary(prompt, columns.ends);
  if (!begin) return std::unexpected(begin.error());
  return Alignment{.prompt_tokens = *count, .response_begin = *begin, .unshown = *covered};
}

std::string_view special_word(std::string_view text) {
  constexpr std::size_t word_bytes_max = 64;
  if (text.empty() || (text.front() != '<' && text.front() != '[')) return {};
  const std::size_t end = text.find(text.front() == '<' ? '>' : ']');
  if (end == std::string_view::npos || end < 2 || end >= word_bytes_max) return {};
  const std::string_view inside = text.substr(1, end - 1);
  if (inside.find_first_of(" \t\r\n<>[]") != std::string_view::npos) return {};
  const auto is_upper = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || c == '/'; };
  if (text.front() == '[' && !std::ranges::all_of(inside, is_upper)) return {};
  return text.substr(0, end + 1);
}

std::expected<Alignment, EchoFault> align_ids(const Prompt& prompt,
                                              const IdEcho& echo,
                                              FirstEntry first_entry,
                                              EchoColumns& columns) {
  const std::size_t count = prompt.ids.size();
  columns.ends.clear();
  columns.nats.clear();
  if (echo.ids.size() != count || echo.log_probs.size() != count) {
    return fault(truncated_echo,
                 fmt::format("{} ids were sent, the answer lists {}", count, echo.ids.size()));
  }
  if (echo.prompt_tokens && *echo.prompt_tokens != static_cast<std::int64_t>(count)) {
    return fault(
        truncated_echo,
        fmt::format("{} ids were sent, usage counts {} tokens", count, *echo.prompt_tokens));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!echo.ids[i] && i > 0) {
      return fault(missing_logprob, fmt::format("entry {} of {} names no token", i, count));
    }
    if (echo.ids[i] && *echo.ids[i] != prompt.ids[i]) {
      return fault(
          echo_mismatch,
          fmt::format(
              "token {}: id {} was sent, {} is answered for", i, prompt.ids[i], *echo.ids[i]));
    }
  }
  if (auto checked = check_entries(echo.log_probs, first_entry, columns); !checked) {
    return std::unexpected(checked.error());
  }
  if (!may_be_text_of(echo.tokens.first(prompt.context_ids),
                      prompt.text.substr(0, prompt.boundary))) {
    return fault(echo_mismatch,
                 "the ids of the context are not its text: the tokenizer changes what it reads");
  }
  const auto response = echo.tokens.subspan(prompt.context_ids);
  if (!may_be_text_of(response, prompt.text.substr(prompt.boundary))) {
    return fault(echo_mismatch,
                 "the ids of the response are not its text: the tokenizer changes what it reads");
  }
  return Alignment{.prompt_tokens = count,
                   .response_begin = prompt.context_ids,
                   .unshown = static_cast<std::size_t>(std::ranges::count_if(response, is_gap))};
}

}  // namespace assay::wire
