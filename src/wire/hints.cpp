#include "wire/hints.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace assay::wire {
namespace {

using std::chrono::sys_seconds;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// A header of which all occurrences must agree.
class Once {
 public:
  void see(std::string_view value) {
    value = trimmed(value);
    if (seen_ && value != value_) contradicting_ = true;
    value_ = value;
    seen_ = true;
  }
  [[nodiscard]] std::optional<std::string_view> value() const {
    if (!seen_ || contradicting_) return std::nullopt;
    return value_;
  }

 private:
  std::string_view value_;
  bool seen_ = false;
  bool contradicting_ = false;
};

// Counts at least 0; -1 and anything else is "unknown".
std::optional<std::int64_t> parse_count(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<Duration> until(WallTime point, std::optional<sys_seconds> date) {
  if (!date || point < *date) return std::nullopt;
  const Duration span = point - *date;
  if (span > hint_max) return std::nullopt;
  return span;
}

enum class Axis : std::uint8_t { requests, tokens, input_tokens, output_tokens };
enum class Part : std::uint8_t { limit, remaining, reset };

struct RateHeader {
  std::string_view name;
  Axis axis;
  Part part;
};
// Where a provider states several limits of one axis, the tightest remaining one counts; see
// `merge`. Source: providers.md, section 4, the table of headers.
constexpr std::array<RateHeader, 27> rate_headers{{
    {"x-ratelimit-limit-requests", Axis::requests, Part::limit},
    {"x-ratelimit-remaining-requests", Axis::requests, Part::remaining},
    {"x-ratelimit-reset-requests", Axis::requests, Part::reset},
    {"x-ratelimit-limit-tokens", Axis::tokens, Part::limit},
    {"x-ratelimit-remaining-tokens", Axis::tokens, Part::remaining},
    {"x-ratelimit-reset-tokens", Axis::tokens, Part::reset},
    {"x-ratelimit-limit-project-tokens", Axis::tokens, Part::limit},
    {"x-ratelimit-remaining-project-tokens", Axis::tokens, Part::remaining},
    {"x-ratelimit-reset-project-tokens", Axis::tokens, Part::reset},
    {"x-ratelimit-limit", Axis::requests, Part::limit},
    {"x-ratelimit-remaining", Axis::requests, Part::remaining},
    {"x-ratelimit-reset", Axis::requests, Part::reset},
    {"x-tokenlimit-limit", Axis::tokens, Part::limit},
    {"x-tokenlimit-remaining", Axis::tokens, Part::remaining},
    {"x-tokenlimit-reset", Axis::tokens, Part::reset},
    {"anthropic-ratelimit-requests-limit", Axis::requests, Part::limit},
    {"anthropic-ratelimit-requests-remaining", Axis::requests, Part::remaining},
    {"anthropic-ratelimit-requests-reset", Axis::requests, Part::reset},
    {"anthropic-ratelimit-tokens-limit", Axis::tokens, Part::limit},
    {"anthropic-ratelimit-tokens-remaining", Axis::tokens, Part::remaining},
    {"anthropic-ratelimit-tokens-reset", Axis::tokens, Part::reset},
    {"anthropic-ratelimit-input-tokens-limit", Axis::input_tokens, Part::limit},
    {"anthropic-ratelimit-input-tokens-remaining", Axis::input_tokens, Part::remaining},
    {"anthropic-ratelimit-input-tokens-reset", Axis::input_tokens, Part::reset},
    {"anthropic-ratelimit-output-tokens-limit", Axis::output_tokens, Part::limit},
    {"anthropic-ratelimit-output-tokens-remaining", Axis::output_tokens, Part::remaining},
    {"anthropic-ratelimit-output-tokens-reset", Axis::output_tokens, Part::reset},
}};
constexpr std::int64_t count_max = 1'000'000'000'000;  // beyond is no count of tokens
constexpr std::string_view fireworks_limit = "x-ratelimit-limit-tokens-";
constexpr std::string_view fireworks_remaining = "x-ratelimit-remaining-tokens-";

// The tightest of several limits of one axis: the one with least left, else the smallest.
void merge(LimitReading& into, const LimitReading& reading) {
  const auto left = [](const LimitReading& one) {
    return one.remaining ? one.remaining : one.limit;
  };
  if (!left(reading)) {
    if (!left(into) && !into.reset_after) into = reading;
    return;
  }
  if (!left(into) || *left(reading) < *left(into)) into = reading;
}

// The headers of one answer, as far as they matter here.
class Headers {
 public:
  explicit Headers(const std::vector<HeaderField>& fields) {
    for (const HeaderField& field : fields) see(field);
    if (const auto value = date_.value()) date_seconds_ = parse_http_date(*value);
  }

  [[nodiscard]] bool retry_forbidden() const { return should_retry_.value() == "false"; }

  [[nodiscard]] std::optional<Duration> wait() const {
    if (const auto value = retry_after_ms_.value()) {
      if (const auto wait = parse_decimal(*value, std::chrono::milliseconds(1))) return wait;
    }
    if (const auto value = retry_after_.value()) return parse_retry_after(*value, date_seconds_);
    return std::nullopt;
  }

  // The readings of one axis; rate_headers lists each limit as three neighbours.
  [[nodiscard]] LimitReading reading(Axis axis) const {
    LimitReading tightest;
    for (std::size_t i = 0; i < rate_headers.size(); i += 3) {
      if (rate_headers[i].axis != axis) continue;
      LimitReading one;
      if (const auto value = rate_[i].value()) one.limit = parse_count(*value);
      if (const auto value = rate_[i + 1].value()) one.remaining = parse_count(*value);
      if (const auto value = rate_[i + 2].value()) {
        one.reset_after = parse_reset(*value, date_seconds_);
      }
      merge(tightest, one);
    }
    if (axis == Axis::input_tokens) merge(tightest, fireworks_input_);
    if (axis == Axis::output_tokens) merge(tightest, fireworks_output_);
    return tightest;
  }

 private:
  void see(const HeaderField& field) {
    if (field.name == "date") return date_.see(field.value);
    if (field.name == "retry-after") return retry_after_.see(field.value);
    if (field.name == "retry-after-ms") return retry_after_ms_.see(field.value);
    if (field.name == "x-should-retry") return should_retry_.see(field.value);
    if (!field.name.starts_with("x-") && !field.name.starts_with("anthropic-")) return;
    for (std::size_t i = 0; i < rate_headers.size(); ++i) {
      if (field.name == rate_headers[i].name) return rate_[i].see(field.value);
    }
    see_fireworks(field);
  }
  // Fireworks counts tokens per second: its limit is of sixty of them here, and a second later what
  // was used is free again. Of two limits of the input, with and without what was cached, the
  // smaller counts.
  void see_fireworks(const HeaderField& field) {
    const bool is_limit = field.name.starts_with(fireworks_limit);
    if (!is_limit && !field.name.starts_with(fireworks_remaining)) return;
    auto count = parse_count(field.value);
    if (!count || *count > count_max) return;
    if (is_limit) *count *= 60;
    LimitReading& reading =
        field.name.ends_with("generated") ? fireworks_output_ : fireworks_input_;
    auto& slot = is_limit ? reading.limit : reading.remaining;
    slot = slot ? std::min(*slot, *count) : *count;
    reading.reset_after = std::chrono::seconds(1);
  }

  Once date_, retry_after_, retry_after_ms_, should_retry_;
  std::array<Once, rate_headers.size()> rate_;
  LimitReading fireworks_input_;
  LimitReading fireworks_output_;
  std::optional<sys_seconds> date_seconds_;
};

// The later reset of the axes that have nothing left.
std::optional<Duration> exhausted_reset(const Observation& seen) {
  std::optional<Duration> wait;
  for (const LimitReading* axis :
       {&seen.requests, &seen.tokens, &seen.input_tokens, &seen.output_tokens}) {
    if (axis->remaining != 0 || !axis->reset_after) continue;
    wait = std::max(wait.value_or(Duration::zero()), *axis->reset_after);
  }
  return wait;
}

struct Word {
  std::string_view name;
  Duration span;
};
constexpr std::array<Word, 7> prose_units{{{"milliseconds", std::chrono::milliseconds(1)},
                                           {"ms", std::chrono::milliseconds(1)},
                                           {"second", std::chrono::seconds(1)},
                                           {"sec", std::chrono::seconds(1)},
                                           {"s", std::chrono::seconds(1)},
                                           {"minute", std::chrono::minutes(1)},
                                           {"hour", std::chrono::hours(1)}}};

// The span at the front of `text`: a Go duration, or a number and a word.
std::optional<Duration> span_at(std::string_view text) {
  text = trimmed(text);
  std::string_view run = text.substr(0, text.find_first_of(" ,;:!?)\"'\t\r\n"));
  while (run.ends_with('.')) run.remove_suffix(1);
  if (const auto span = parse_go_duration(run)) return span;
  const std::size_t number_end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view unit = trimmed(text.substr(number_end));
  for (const Word& word : prose_units) {
    if (unit.starts_with(word.name)) return parse_decimal(text.substr(0, number_end), word.span);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, std::optional<sys_seconds> date) {
  value = trimmed(value);
  if (const auto seconds = parse_decimal(value)) return seconds;
  const auto point = parse_http_date(value);
  if (!point) return std::nullopt;
  return until(*point, date);
}

std::optional<Duration> parse_reset(std::string_view value, std::optional<sys_seconds> date) {
  value = trimmed(value);
  if (const auto point = parse_rfc3339(value)) return until(*point, date);
  if (const auto span = parse_go_duration(value)) return span;
  if (const auto number = parse_count(value)) {
    // Epochs of this century have ten digits in seconds and thirteen in milliseconds.
    if (*number >= 1'000'000'000'000)
      return until(WallTime(std::chrono::milliseconds(*number)), date);
    if (*number >= 1'000'000'000) return until(WallTime(std::chrono::seconds(*number)), date);
  }
  return parse_decimal(value);
}

std::optional<Duration> hint_in_prose(std::string_view message) {
  constexpr std::array<std::string_view, 5> phrases{
      "try again in ", "retry after ", "retry in ", "again after ", "wait "};
  for (const std::string_view phrase : phrases) {
    for (std::size_t at = message.find(phrase); at != std::string_view::npos;
         at = message.find(phrase, at + 1)) {
      if (const auto span = span_at(message.substr(at + phrase.size()))) return span;
    }
  }
  return std::nullopt;
}

Observation observe(int status,
                    const std::vector<HeaderField>& fields,
                    const std::optional<BodyHints>& body) {
  const Headers headers(fields);
  Observation seen;
  seen.status = status;
  seen.retry_forbidden = headers.retry_forbidden();
  seen.requests = headers.reading(Axis::requests);
  seen.tokens = headers.reading(Axis::tokens);
  seen.input_tokens = headers.reading(Axis::input_tokens);
  seen.output_tokens = headers.reading(Axis::output_tokens);
  if (status < 300 && !body) return seen;
  seen.retry_after = headers.wait();
  if (!seen.retry_after && body) seen.retry_after = parse_go_duration(body->retry_delay);
  if (!seen.retry_after) seen.retry_after = exhausted_reset(seen);
  if (!seen.retry_after && body) seen.retry_after = hint_in_prose(body->message);
  return seen;
}

}  // namespace assay::wire
