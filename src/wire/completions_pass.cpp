// Completions answers of the common shape, in one pass and in place: tokens are compared with the
// sent text as they are read. This only ever says "proved"; whatever it does not expect is left to
// completions_dom.cpp, which knows every shape and every failure. tests/wire/differential_test.cpp
// holds the two against each other.

#include "core/utf8.hpp"
#include "wire/answer.hpp"
#include "wire/byte_block.hpp"
#include "wire/completions.hpp"
#include "wire/eight_bytes.hpp"
#include "wire/json_cursor.hpp"
#include "wire/scratch_parts.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace assay::wire {
namespace {

static_assert(sentinel_nats < -1000, "what is plainly a log-probability is no sentinel");

// The first byte of the text from `from` on that goes on with a character; its size when none does.
std::size_t find_continuing(std::string_view text, std::size_t from) {
  for (; text.size() - from >= ByteRow::size; from += ByteRow::size) {
    const std::uint32_t found = ByteRow(text.data() + from).within('\x80', '\xBF');
    if (found != 0) return from + static_cast<std::size_t>(std::countr_zero(found));
  }
  while (from < text.size() && !continues_character(text[from])) ++from;
  return from;
}

// Whether `offsets` are the places `ends` in the text, in rising order, in characters instead of
// bytes. In most text they differ by the same for long stretches: eights are compared together.
bool are_in_characters(std::string_view text,
                       std::span<const std::uint32_t> ends,
                       const std::uint32_t* offset) {
  constexpr std::ptrdiff_t together = 8;
  const std::uint32_t* end = ends.data();
  const std::uint32_t* const last = end + ends.size();
  std::uint32_t continuing = 0;
  for (std::size_t place = 0; end != last; ++place, ++continuing) {
    place = find_continuing(text, place);
    for (; last - end >= together && end[together - 1] <= place; end += together) {
      std::uint32_t differ = 0;
      for (std::ptrdiff_t i = 0; i < together; ++i) differ |= (end[i] - offset[i]) ^ continuing;
      if (differ != 0) return false;
      offset += together;
    }
    for (; end != last && *end <= place; ++end, ++offset) {
      if (*end - *offset != continuing) return false;
    }
  }
  return true;
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
      token.meet_strings(text, at, ends);
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
    entries_ = json;
    parts_.columns.nats.clear();
    const std::size_t response = response_begin().value_or(not_yet);
    entry_count_ = 0;
    return for_each_element(json, [&](JsonCursor& entry) {
      if (entry_count_ == 0) return ++entry_count_, read_first_entry(entry);
      if (entry_count_ < response) {
        entry_count_ += entry.skip_log_probs(response - entry_count_);
      }
      if (entry_count_ >= response) read_values(entry, response);
      return read_entry(entry, response);
    });
  }

  // Those of the response but its last, as far as they are plain.
  void read_values(JsonCursor& entry, std::size_t response) {
    static_cast<void>(entry.peek());
    if (entry_count_ == response) response_begin_ = entry.position();
    auto& nats = parts_.columns.nats;
    const std::size_t last = parts_.columns.ends.size() - 1;
    if (entry_count_ >= last) return;
    entry.take_log_probs(last - entry_count_, nats);
    entry_count_ = response + nats.size();
  }

  bool read_entry(JsonCursor& entry, std::size_t response) {
    double value = 0.0;
    if (!entry.take_number(value)) return false;
    if (entry_count_ >= response) parts_.columns.nats.push_back(value);
    if (++entry_count_ == parts_.columns.ends.size()) response_end_ = entry.position();
    return value > sentinel_nats && value <= log_prob_slack_nats;
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
    auto& begins = parts_.begins;
    begins.clear();
    has_offsets_ = true;
    return for_each_element(json, [&](JsonCursor& value) {
      value.take_counts(begins);
      std::int64_t offset = 0;
      if (!value.take_count(offset) || !std::in_range<std::uint32_t>(offset)) return false;
      begins.push_back(static_cast<std::uint32_t>(offset));
      return true;
    });
  }

  // All fields are there: do they prove the value?
  bool conclude() {
    const auto& columns = parts_.columns;
    const std::size_t prompt_tokens = columns.ends.size();
    if (entry_count_ != prompt_tokens + generated_) return false;
    if (generated_ > static_cast<std::size_t>(std::max(call_.max_tokens, 0))) return false;
    if (!usage_agrees(prompt_tokens) || !offsets_agree()) return false;
    const auto begin = response_begin();
    if (!begin || *begin >= prompt_tokens || columns.ends[*begin] == prompt_.boundary) return false;
    return score(prompt_tokens - *begin);
  }

  bool usage_agrees(std::size_t prompt_tokens) const {
    const Usage& usage = reading_.usage;
    if (usage.input && usage.input->value != static_cast<std::int64_t>(prompt_tokens)) return false;
    return !usage.output || usage.output->value >= static_cast<std::int64_t>(generated_);
  }

  bool offsets_agree() const {
    if (!has_offsets_ || form_.offsets == OffsetRule::ignored) return true;
    const std::span<const std::uint32_t> ends(parts_.columns.ends);
    const auto& begins = parts_.begins;
    if (begins.size() != ends.size() + generated_ || begins[0] != 0) return false;
    return are_in_characters(prompt_.text, ends.first(ends.size() - 1), begins.data() + 1);
  }

  bool score(std::size_t count) {
    Certificate::Draft draft(Method::echo);
    draft.set(Check::model, model_);
    draft.set(Check::complete, reading_.usage.input ? Verdict::proved : Verdict::not_reported);
    draft.set(Check::neutral_sampling, Verdict::proved);
    if (response_begin_ == nullptr && !read_entries(entries_)) return false;
    const auto nats = std::span<const double>(parts_.columns.nats).first(count);
    auto certified = certify(nats, draft);
    if (!certified) return false;
    auto& prompt = reading_.prompts.emplace_back(PromptReading{
        .outcome = *certified, .token_log_probs = {}, .straddled_token = {}, .tokens = {}});
    if (call_.detail != TokenDetail::left_out) prompt.token_log_probs = digits();
    return true;
  }

  // The provider's own digits. The values of the response follow each other in the body; white
  // space between them goes.
  std::string_view digits() {
    parts_.details.resize(1);
    std::string& out = parts_.details.front();
    out.assign(response_begin_, response_end_);
    std::erase_if(out, is_white_space);
    return out;
  }

  const ScoreCall& call_;
  const Prompt& prompt_;
  const CompletionsForm& form_;
  Scratch::Parts& parts_;
  Reading& reading_;
  Verdict model_ = Verdict::not_reported;
  static constexpr std::size_t not_yet = std::numeric_limits<std::size_t>::max();
  std::size_t generated_ = 0;  // tokens behind the prompt
  bool has_tokens_ = false;
  JsonCursor entries_{{}};                // at the list of log-probs
  std::size_t entry_count_ = 0;           // how many of them have been read
  const char* response_begin_ = nullptr;  // those of the response, which columns.nats holds
  const char* response_end_ = nullptr;
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
