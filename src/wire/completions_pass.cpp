// Completions answers of the common shape, in one pass and in place: tokens are compared with the
// sent text as they are read. This only ever says "proved"; whatever it does not expect is left to
// completions_dom.cpp, which knows every shape and every failure. tests/wire/differential_test.cpp
// holds the two against each other.

#include "assay/ensure.hpp"
#include "wire/answer.hpp"
#include "wire/completions.hpp"
#include "wire/eight_bytes.hpp"
#include "wire/json_cursor.hpp"
#include "wire/scratch_parts.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace assay::wire {
namespace {

static_assert(sentinel_nats < -1000, "what is plainly a log-probability is no sentinel");

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_ascii(std::string_view text) {
  std::uint64_t bits = 0;
  for (; text.size() >= 8; text.remove_prefix(8)) bits |= eight_bytes(text.data());
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return (bits & 0x8080808080808080U) == 0;
}

std::int64_t characters_in(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += continues_character(c) ? 0 : 1;
  return count;
}

// Which of an object's fields have been seen; a second time is not expected.
class Seen {
 public:
  [[nodiscard]] bool first(unsigned field) {
    const bool before = (bits_ >> field & 1U) != 0;
    bits_ |= 1U << field;
    return !before;
  }
  [[nodiscard]] bool all(unsigned fields) const { return (bits_ & fields) == fields; }

 private:
  unsigned bits_ = 0;
};

class Pass {
 public:
  Pass(const ScoreCall& call, const CompletionsForm& form, Scratch::Parts& parts, Reading& reading)
      : call_(call), prompt_(call.prompts.front()), form_(form), parts_(parts), reading_(reading) {}

  bool read(std::string_view body) {
    JsonCursor json(body);
    Seen seen;
    const bool shaped = for_each_field(json, [&](JsonCursor& value, std::string_view key) {
      if (key == "choices") return seen.first(0) && read_choices(value);
      if (key == "usage") return seen.first(1) && read_usage(value);
      if (key == "model") return seen.first(2) && read_model(value);
      if (key == "system_fingerprint") return seen.first(3) && read_fingerprint(value);
      if (key == "object") return read_object(value);
      if (key == "error" || key == "detail") return value.take_literal("null");
      return value.skip_value();
    });
    return shaped && json.at_end() && seen.all(1U) && conclude();
  }

 private:
  bool read_object(JsonCursor& json) {
    std::string_view object;
    return json.take_plain_string(object) && object != "error";
  }

  bool read_model(JsonCursor& json) {
    std::string_view model;
    if (!json.take_plain_string(model)) return false;
    const auto verdict = check_model({call_.model, call_.served_as}, model);
    if (!verdict) return false;
    reading_.served_model = model;
    model_ = *verdict;
    return true;
  }

  bool read_fingerprint(JsonCursor& json) {
    if (json.peek() == 'n') return json.take_literal("null");
    std::string_view fingerprint;
    if (!json.take_plain_string(fingerprint)) return false;
    reading_.fingerprint = fingerprint;
    return true;
  }

  bool read_usage(JsonCursor& json) {
    Seen seen;
    const auto count = [&](JsonCursor& value, unsigned field, std::optional<TokenCount>& into) {
      TokenCount tokens{};
      if (!seen.first(field) || !value.take_count(tokens.value)) return false;
      into = tokens;
      return true;
    };
    return for_each_field(json, [&](JsonCursor& value, std::string_view key) {
      if (key == "prompt_tokens") return count(value, 0, reading_.usage.input);
      if (key == "completion_tokens") return count(value, 1, reading_.usage.output);
      return value.skip_value();
    });
  }

  bool read_choices(JsonCursor& json) {
    std::size_t count = 0;
    const auto choice = [&](JsonCursor& value) { return ++count == 1 && read_choice(value); };
    return for_each_element(json, choice) && count == 1;
  }

  bool read_choice(JsonCursor& json) {
    Seen seen;
    const bool shaped = for_each_field(json, [&](JsonCursor& value, std::string_view key) {
      if (key == "index") return seen.first(0) && read_index(value);
      if (key == "text") return seen.first(1) && read_text(value);
      if (key == "logprobs") return seen.first(2) && read_log_probs(value);
      if (key == "finish_reason") return seen.first(3) && read_finish(value);
      return value.skip_value();
    });
    return shaped && seen.all(0b111U);
  }

  bool read_index(JsonCursor& json) {
    std::int64_t index = 0;
    return json.take_count(index) && index == 0;
  }

  bool read_finish(JsonCursor& json) {
    if (json.peek() == 'n') return json.take_literal("null");
    std::string_view reason;
    return json.take_plain_string(reason) && !check_finish(reason);
  }

  bool read_text(JsonCursor& json) {
    std::size_t at = 0;
    if (!json.take('"')) return false;
    const auto met = json.meet(prompt_.text, at);
    if (met == JsonCursor::Meeting::closed) return at == prompt_.text.size();
    bool empty = false;
    return met == JsonCursor::Meeting::exhausted && json.skip_string_rest(empty);
  }

  bool read_log_probs(JsonCursor& json) {
    Seen seen;
    const bool shaped = for_each_field(json, [&](JsonCursor& value, std::string_view key) {
      if (key == "tokens") return seen.first(0) && read_tokens(value);
      if (key == "token_logprobs") return seen.first(1) && read_entries(value);
      if (key == "text_offset") return seen.first(2) && read_offsets(value);
      return value.skip_value();
    });
    return shaped && seen.all(0b11U);
  }

  // Each token must be the next bytes of the prompt, whole characters: a fragment written raw is
  // not UTF-8. Behind the prompt, tokens are generated ones.
  bool read_tokens(JsonCursor& json) {
    const std::string_view text = prompt_.text;
    auto& ends = parts_.columns.ends;
    ends.clear();
    std::size_t at = 0;
    const bool shaped = for_each_element(json, [&](JsonCursor& token) {
      if (!token.take('"')) return false;
      if (at == text.size()) return skip_generated(token);
      if (token.meet(text, at) != JsonCursor::Meeting::closed) return false;
      if (at < text.size() && continues_character(text[at])) return false;
      ends.push_back(static_cast<std::uint32_t>(at));
      return true;
    });
    has_tokens_ = true;
    return shaped && at == text.size();
  }

  bool skip_generated(JsonCursor& token) {
    JsonCursor copy = token;
    bool empty = false;
    if (!copy.skip_string_rest(empty) || empty) return false;
    token = copy;
    ++generated_;
    return true;
  }

  // Every entry but the first must be a log-probability, the generated ones too: else the other
  // reader decides. Values are only asked for from the response on; where the tokens come later,
  // nobody knows yet where that is.
  bool read_entries(JsonCursor& json) {
    auto& starts = parts_.starts;
    auto& nats = parts_.columns.nats;
    starts.clear();
    nats.clear();
    const auto response = response_begin();
    values_from_ = response.value_or(not_yet);
    std::size_t token = 0;
    return for_each_element(json, [&](JsonCursor& entry) {
      if (token++ == 0) return read_first_entry(entry);
      const char* begin = nullptr;
      double value = 0.0;
      if (token <= values_from_ && entry.take_plain_log_prob(begin)) {
        starts.push_back(begin);
        return true;
      }
      static_cast<void>(entry.peek());
      starts.push_back(entry.position());
      if (!entry.take_number(value)) return false;
      if (token > values_from_) nats.push_back(value);
      return value > sentinel_nats && value <= log_prob_slack_nats;
    });
  }

  // The first token of the response; nothing while its tokens are not read, or when there is none.
  std::optional<std::size_t> response_begin() const {
    const auto& ends = parts_.columns.ends;
    const auto found = std::ranges::lower_bound(ends, prompt_.boundary);
    if (!has_tokens_ || found == ends.end() || *found != prompt_.boundary) return std::nullopt;
    return static_cast<std::size_t>(found - ends.begin()) + 1;
  }

  bool read_first_entry(JsonCursor& entry) {
    JsonCursor copy = entry;
    if (copy.peek() == 'n') {
      if (!copy.take_literal("null")) return false;
    } else {
      double value = 0.0;
      if (form_.first_entry == FirstEntry::null_only || !copy.take_number(value)) return false;
      if (form_.first_entry == FirstEntry::null_or_zero && value != 0.0) return false;
    }
    entry = copy;
    return true;
  }

  bool read_offsets(JsonCursor& json) {
    auto& offsets = parts_.offsets;
    offsets.clear();
    has_offsets_ = true;
    return for_each_element(json, [&](JsonCursor& value) {
      std::int64_t offset = 0;
      if (!value.take_count(offset)) return false;
      offsets.push_back(offset);
      return true;
    });
  }

  // All fields are there: do they prove the value?
  bool conclude() {
    const auto& columns = parts_.columns;
    const std::size_t prompt_tokens = columns.ends.size();
    if (parts_.starts.size() + 1 != prompt_tokens + generated_) return false;
    if (generated_ > static_cast<std::size_t>(std::max(call_.max_tokens, 0))) return false;
    if (!usage_agrees(prompt_tokens) || !offsets_agree()) return false;
    const auto begin = response_begin();
    if (!begin || *begin >= prompt_tokens || columns.ends[*begin] == prompt_.boundary) return false;
    return score(*begin, prompt_tokens - *begin);
  }

  bool usage_agrees(std::size_t prompt_tokens) const {
    const Usage& usage = reading_.usage;
    if (usage.input && usage.input->value != static_cast<std::int64_t>(prompt_tokens)) return false;
    return !usage.output || usage.output->value >= static_cast<std::int64_t>(generated_);
  }

  bool offsets_agree() const {
    if (!has_offsets_ || form_.offsets == OffsetRule::ignored) return true;
    const auto& ends = parts_.columns.ends;
    const auto& offsets = parts_.offsets;
    if (offsets.size() != ends.size() + generated_ || offsets[0] != 0) return false;
    if (is_ascii(prompt_.text)) {
      return std::equal(ends.begin(), ends.end() - 1, offsets.begin() + 1);
    }
    std::size_t begin = 0;
    std::int64_t characters = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (offsets[i] != characters) return false;
      characters += characters_in(prompt_.text.substr(begin, ends[i] - begin));
      begin = ends[i];
    }
    return true;
  }

  bool score(std::size_t begin, std::size_t count) {
    Certificate::Draft draft(Method::echo);
    draft.set(Check::model, model_);
    draft.set(Check::complete, reading_.usage.input ? Verdict::proved : Verdict::not_reported);
    draft.set(Check::neutral_sampling, Verdict::proved);
    if (values_from_ != begin) read_values(begin, count);
    const auto nats = std::span<const double>(parts_.columns.nats).first(count);
    auto certified = certify(nats, draft);
    if (!certified) return false;
    auto& prompt = reading_.prompts.emplace_back(PromptReading{
        .outcome = *certified, .token_log_probs = {}, .straddled_token = {}, .tokens = {}});
    if (call_.detail != TokenDetail::left_out) prompt.token_log_probs = digits(begin, count);
    return true;
  }

  // The values of the response, all of which have been seen to be log-probabilities.
  void read_values(std::size_t begin, std::size_t count) {
    auto& nats = parts_.columns.nats;
    nats.clear();
    for (const char* const start : std::span(parts_.starts).subspan(begin - 1, count)) {
      double value = 0.0;
      ensure(read_number(start, value) != nullptr, "a number reads as one again");
      nats.push_back(value);
    }
  }

  // The provider's own digits. The values of the response follow each other in the body; white
  // space between them goes.
  std::string_view digits(std::size_t begin, std::size_t count) {
    static constexpr std::string_view white = " \t\r\n";
    const char* const first = parts_.starts[begin - 1];
    const char* last = parts_.starts[begin - 1 + count - 1];
    while (*last != ',' && *last != ']' && !white.contains(*last)) ++last;
    parts_.details.resize(1);
    std::string& out = parts_.details.front();
    out.assign(first, last);
    std::erase_if(out, [](char c) { return white.contains(c); });
    return out;
  }

  const ScoreCall& call_;
  const Prompt& prompt_;
  const CompletionsForm& form_;
  Scratch::Parts& parts_;
  Reading& reading_;
  Verdict model_ = Verdict::not_reported;
  static constexpr std::size_t not_yet = std::numeric_limits<std::size_t>::max();
  std::size_t values_from_ = not_yet;  // the first token whose value is in columns.nats
  std::size_t generated_ = 0;          // tokens behind the prompt
  bool has_tokens_ = false;
  bool has_offsets_ = false;
};

}  // namespace

bool read_completions_pass(const ScoreCall& call,
                           const AnswerView& answer,
                           const CompletionsForm& form,
                           Scratch& scratch,
                           Reading& reading) {
  if (answer.status != 200 || call.prompts.size() != 1) return false;
  if (call.detail == TokenDetail::listed || !call.sampling.is_neutral()) return false;
  if (!call.server_bos.empty() && !form.bos_hidden) return false;
  begin_reading(answer, reading);
  return Pass(call, form, scratch.parts(), reading).read(answer.body);
}

}  // namespace assay::wire
