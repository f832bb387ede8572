#include "journal/score_line.hpp"

#include "core/byte_row.hpp"
#include "journal/chain.hpp"
#include "journal/hex64.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

namespace assay::journal {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads the line from the front. The first thing that is not as expected ends it; every later read
// is harmless. The line's sum stands behind `text`: what is looked at sixteen bytes at a time stays
// in it, and meets its first quote.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool good() const { return good_; }
  void refuse() { good_ = false; }
  [[nodiscard]] bool at_end() const { return good_ && at_ == end_; }

  // Takes `mark` when it stands here. Its length is known to the compiler: no call of memcmp.
  template <std::size_t size>
  bool skip(const char (&mark)[size]) {
    constexpr std::size_t length = size - 1;
    const bool here =
        static_cast<std::size_t>(end_ - at_) >= length && std::memcmp(at_, mark, length) == 0;
    if (here) at_ += length;
    return here;
  }
  template <std::size_t size>
  void expect(const char (&mark)[size]) {
    good_ = skip(mark) && good_;
  }

  // A text without escapes, in ASCII, with its closing quote.
  std::string_view text() {
    const char* const begin = at_;
    std::size_t plain = ByteRow::size;
    while (plain == ByteRow::size) {
      plain = ByteRow(at_).plain_count();
      at_ += plain;
    }
    at_ = std::min(at_, end_);
    const std::string_view found(begin, static_cast<std::size_t>(at_ - begin));
    expect("\"");
    return found;
  }

  // Exactly `count` characters, whatever they are; empty when there are fewer.
  std::string_view characters(std::size_t count) {
    if (static_cast<std::size_t>(end_ - at_) < count) {
      good_ = false;
      return {};
    }
    const std::string_view found(at_, count);
    at_ += count;
    return found;
  }

  // On to where `mark` stands last.
  void go_to_last(std::string_view mark) {
    const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
    const std::size_t place = left.rfind(mark);
    if (place == std::string_view::npos) return refuse();
    at_ += place;
  }

  template <class Integer>
  Integer integer() {
    const char* const begin = at_;
    std::uint64_t value = 0;
    const auto digits = add_digits(value);
    if (digits == 0 || digits > exact_digits_max) return any_integer<Integer>(begin);
    good_ = good_ && (*begin != '0' || digits == 1) && std::in_range<Integer>(value);
    return static_cast<Integer>(value);
  }

  double number();

 private:
  // So many digits make a number that is exact as an integer, and as a double.
  static constexpr std::ptrdiff_t exact_digits_max = 15;

  // Takes the digits here into `value`; how many. Beyond exact_digits_max it may have wrapped.
  std::ptrdiff_t add_digits(std::uint64_t& value) {
    const char* const begin = at_;
    for (; at_ < end_ && is_digit(*at_); ++at_)
      value = value * 10 + static_cast<std::uint64_t>(*at_ - '0');
    return at_ - begin;
  }

  // One that is negative or long.
  template <class Integer>
  Integer any_integer(const char* begin) {
    const char* const digits = begin < end_ && *begin == '-' ? begin + 1 : begin;
    Integer value{};
    const auto [stop, ec] = std::from_chars(begin, end_, value);
    // JSON has no leading zeros.
    good_ = good_ && ec == std::errc{} && (*digits != '0' || stop == digits + 1);
    at_ = stop;
    return value;
  }
  const char* at_;
  const char* end_;
  bool good_ = true;
};

// Powers of ten that a double holds exactly.
constexpr std::array<double, 16> powers_of_ten{
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// JSON's grammar, which is narrower than from_chars'. A whole number without point or exponent is
// left to the Decoder when it is long: a parser may refuse it.
double Cursor::number() {
  const char* const begin = at_;
  const bool is_negative = skip("-");
  const char* const first = at_;
  std::uint64_t significand = 0;
  const auto whole = add_digits(significand);
  good_ = good_ && whole > 0 && (*first != '0' || whole == 1);
  std::ptrdiff_t behind_point = 0;
  if (skip(".")) {
    behind_point = add_digits(significand);
    good_ = good_ && behind_point > 0;
  }
  bool is_scaled = false;
  if (skip("e") || skip("E")) {
    is_scaled = true;
    if (!skip("+")) skip("-");
    std::uint64_t exponent = 0;
    good_ = add_digits(exponent) > 0 && good_;
  }
  if (!good_) return 0;
  // A quotient of two exact doubles is the nearest double to the true one.
  if (whole + behind_point <= exact_digits_max && !is_scaled) {
    const double value =
        static_cast<double>(significand) / powers_of_ten[static_cast<std::size_t>(behind_point)];
    return is_negative ? -value : value;
  }
  double value = 0;
  const auto [stop, ec] = std::from_chars(begin, at_, value);
  good_ = ec == std::errc{} && stop == at_ && (behind_point > 0 || is_scaled);
  return value;
}

void read_key(Cursor& in, ContentKey& key) {
  const std::string_view digits = in.characters(2 * hex_digits);
  if (!in.good()) return;
  const auto high = hex64_of(digits.substr(0, hex_digits));
  const auto low = hex64_of(digits.substr(hex_digits));
  in.expect("\"");
  if (!high || !low) return in.refuse();
  const std::array<std::uint64_t, 2> halves{__builtin_bswap64(*high), __builtin_bswap64(*low)};
  std::memcpy(key.bytes.data(), halves.data(), sizeof halves);
}

// As the Decoder does: issued again, and of the grade that the line states.
std::optional<Certificate> certificate_of(Method method,
                                          std::string_view checks,
                                          std::string_view grade) {
  if (checks.size() != check_count) return std::nullopt;
  Certificate::Draft draft(method);
  for (std::size_t i = 0; i < check_count; ++i) {
    if (checks[i] == 'p') draft.set(static_cast<Check>(i), Verdict::proved);
    if (checks[i] == 'n') draft.set(static_cast<Check>(i), Verdict::not_reported);
  }
  const auto certificate = draft.issue();
  if (!certificate || grade != name_of(certificate->grade())) return std::nullopt;
  return *certificate;
}

void read_method(Cursor& in, ScoreLine& line) {
  in.expect(",\"method\":\"");
  const auto method = method_of(in.text());
  if (!method) return in.refuse();
  line.method = *method;
}

void read_score(Cursor& in, ScoreLine& line) {
  in.expect(",\"logprob\":");
  const auto logprob = LogProb::from_nats(in.number());
  in.expect(",\"tokens\":");
  const auto tokens = in.integer<std::int64_t>();
  read_method(in, line);
  in.expect(",\"grade\":\"");
  const std::string_view grade = in.text();
  in.expect(",\"boundary\":\"exact\",\"checks\":\"");
  const std::string_view checks = in.text();
  if (!in.good() || !logprob || tokens < 1) return in.refuse();
  const auto certificate = certificate_of(line.method, checks, grade);
  if (!certificate) return in.refuse();
  line.score = Score{*logprob, TokenCount{tokens}, *certificate};
}

void read_failure(Cursor& in, ScoreLine& line) {
  in.expect(",\"logprob\":null,\"tokens\":null");
  read_method(in, line);
  in.expect(",\"grade\":null,\"failure\":{\"class\":\"");
  line.failure = failure_class_of(in.text());
  in.expect(",\"reason\":\"");
  line.reason = in.text();
  in.expect("}");
  if (!line.failure) in.refuse();
}

void read_latency(Cursor& in, ScoreLine& line) {
  const double nanos = in.number() * 1e6;
  if (!(nanos >= 0 && nanos < 3e18)) return in.refuse();
  line.latency = Duration{std::llround(nanos)};
}

// A count that is left out when it is 0.
template <std::size_t size>
void read_count(Cursor& in, const char (&key)[size], std::int64_t& count) {
  if (in.skip(key)) count = in.integer<std::int64_t>();
}

void read_cost(Cursor& in, ScoreLine& line) {
  in.expect(",\"attempts\":");
  line.attempts = in.integer<std::uint32_t>();
  if (in.skip(",\"endpoint\":\"")) line.endpoint = in.text();
  if (in.skip(",\"model\":\"")) line.model = in.text();
  in.expect(",\"cost_nanousd\":");
  line.charged.money = NanoUsd{in.integer<std::int64_t>()};
}

void read_rest(Cursor& in, ScoreLine& line, LineDepth depth) {
  read_count(in, ",\"cost_tokens\":", line.charged.tokens.value);
  read_count(in, ",\"cost_requests\":", line.charged.requests);
  if (in.skip(",\"cost_unknown_nanousd\":")) {
    line.unknown.money = NanoUsd{in.integer<std::int64_t>()};
  }
  read_count(in, ",\"cost_unknown_tokens\":", line.unknown.tokens.value);
  read_count(in, ",\"cost_unknown_requests\":", line.unknown.requests);
  if (in.skip(",\"latency_ms\":")) read_latency(in, line);
  if (in.skip(",\"usage_input\":")) line.usage.input = TokenCount{in.integer<std::int64_t>()};
  if (in.skip(",\"usage_output\":")) line.usage.output = TokenCount{in.integer<std::int64_t>()};
  if (in.skip(",\"time_ms\":")) {
    line.time = WallTime{std::chrono::milliseconds{in.integer<std::int64_t>()}};
  }
  if (depth == LineDepth::values && in.skip(",\"token_")) in.go_to_last(",\"seq\":");
  in.expect(",\"seq\":");
  static_cast<void>(in.integer<std::uint64_t>());
  if (!in.at_end()) in.refuse();
}

}  // namespace

std::optional<ScoreLine> score_line_of(std::string_view line, LineDepth depth) {
  if (!stated_sum(line)) return std::nullopt;
  Cursor in(summed_part(line));
  if (in.skip("{\"durable\":")) {
    static_cast<void>(in.integer<std::uint64_t>());
    in.expect(",\"after\":\"");
    static_cast<void>(in.text());
    in.expect(",");
  } else {
    in.expect("{");
  }
  in.expect("\"type\":\"score\",\"key\":\"");
  if (!in.good()) return std::nullopt;
  // In its final place: copying it costs as much as reading a dozen fields.
  std::optional<ScoreLine> result(std::in_place);
  ScoreLine& found = *result;
  read_key(in, found.key);
  in.expect(",\"row\":");
  found.row = in.integer<std::uint64_t>();
  in.expect(",\"policy\":\"");
  found.policy = in.text();
  in.expect(",\"purpose\":\"");
  const auto purpose = purpose_of(in.text());
  if (!purpose) in.refuse();
  if (!in.good()) {
    result.reset();
    return result;
  }
  found.purpose = *purpose;
  if (in.skip(",\"status\":\"ok\"")) {
    read_score(in, found);
  } else {
    in.expect(",\"status\":\"failed\"");
    read_failure(in, found);
  }
  read_cost(in, found);
  if (depth != LineDepth::cost) read_rest(in, found, depth);
  if (!in.good()) result.reset();
  return result;
}

}  // namespace assay::journal
