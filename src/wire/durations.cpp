#include "wire/durations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace assay::wire {
namespace {

using std::chrono::nanoseconds;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes the digits at the front of `text`; nothing when there are none or more than 15.
std::optional<std::int64_t> take_digits(std::string_view& text) {
  std::int64_t value = 0;
  std::size_t count = 0;
  for (; count < text.size() && is_digit(text[count]); ++count) {
    if (count == 15) return std::nullopt;
    value = value * 10 + (text[count] - '0');
  }
  if (count == 0) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

// Takes "12" or "12.5" at the front of `text`, in units of `unit`.
std::optional<Duration> take_decimal(std::string_view& text, Duration unit) {
  const auto whole = take_digits(text);
  if (!whole || *whole > hint_max / unit) return std::nullopt;
  Duration total = *whole * unit;
  if (!text.starts_with('.')) return total;
  text.remove_prefix(1);
  std::size_t places = 0;
  bool rest = false;  // something is left below a nanosecond: round up, never come back early
  for (Duration place = unit / 10; places < text.size() && is_digit(text[places]); ++places) {
    const auto digit = text[places] - '0';
    if (place == Duration::zero()) rest = rest || digit != 0;
    total += digit * place;
    place /= 10;
  }
  if (places == 0) return std::nullopt;
  text.remove_prefix(places);
  return total + Duration(rest ? 1 : 0);
}

struct Unit {
  std::string_view name;
  Duration span;
};
// Longer names first, so that "ms" is not read as minutes.
constexpr std::array<Unit, 7> go_units{{{"ms", std::chrono::milliseconds(1)},
                                        {"us", std::chrono::microseconds(1)},
                                        {"\u00b5s", std::chrono::microseconds(1)},
                                        {"\u03bcs", std::chrono::microseconds(1)},
                                        {"h", std::chrono::hours(1)},
                                        {"m", std::chrono::minutes(1)},
                                        {"s", std::chrono::seconds(1)}}};

constexpr std::array<std::string_view, 12> month_names{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> day_names{
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// Reads the fields of a date one after the other; once one is wrong, all is.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  void literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) return void(good_ = false);
    rest_.remove_prefix(expected.size());
  }
  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return good_ = false, 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + digits, value);
    if (error != std::errc{} || end != rest_.data() + digits || !is_digit(rest_[0])) good_ = false;
    rest_.remove_prefix(digits);
    return value;
  }
  unsigned month() {
    for (unsigned i = 0; i < month_names.size(); ++i) {
      if (rest_.starts_with(month_names[i])) return rest_.remove_prefix(3), i + 1;
    }
    return good_ = false, 0U;
  }
  void day_name(std::size_t letters) {  // 0: in full
    for (const std::string_view name : day_names) {
      if (!rest_.starts_with(name.substr(0, letters == 0 ? name.size() : letters))) continue;
      return rest_.remove_prefix(letters == 0 ? name.size() : letters);
    }
    good_ = false;
  }
  std::chrono::seconds clock() {
    const int hour = number(2);
    literal(":");
    const int minute = number(2);
    literal(":");
    const int second = number(2);
    if (hour > 23 || minute > 59 || second > 60) good_ = false;
    return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  void advance(std::size_t bytes) { rest_.remove_prefix(bytes); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<std::chrono::sys_seconds> point(
    const DateReader& reader, int year, unsigned month, int day, std::chrono::seconds clock) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(month),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!reader.good() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + clock;
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<std::chrono::sys_seconds> imf_date(std::string_view text) {
  DateReader reader(text);
  reader.day_name(3);
  reader.literal(", ");
  const int day = reader.number(2);
  reader.literal(" ");
  const unsigned month = reader.month();
  reader.literal(" ");
  const int year = reader.number(4);
  reader.literal(" ");
  const auto clock = reader.clock();
  reader.literal(" GMT");
  if (!reader.rest().empty()) return std::nullopt;
  return point(reader, year, month, day, clock);
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<std::chrono::sys_seconds> rfc850_date(std::string_view text) {
  DateReader reader(text);
  reader.day_name(0);
  reader.literal(", ");
  const int day = reader.number(2);
  reader.literal("-");
  const unsigned month = reader.month();
  reader.literal("-");
  const int year = reader.number(2);
  reader.literal(" ");
  const auto clock = reader.clock();
  reader.literal(" GMT");
  if (!reader.rest().empty()) return std::nullopt;
  return point(reader, year < 70 ? 2000 + year : 1900 + year, month, day, clock);
}

// "Sun Nov  6 08:49:37 1994"
std::optional<std::chrono::sys_seconds> asctime_date(std::string_view text) {
  DateReader reader(text);
  reader.day_name(3);
  reader.literal(" ");
  const unsigned month = reader.month();
  reader.literal(" ");
  const bool one_digit = reader.rest().starts_with(' ');
  if (one_digit) reader.advance(1);
  const int day = reader.number(one_digit ? 1 : 2);
  reader.literal(" ");
  const auto clock = reader.clock();
  reader.literal(" ");
  const int year = reader.number(4);
  if (!reader.rest().empty()) return std::nullopt;
  return point(reader, year, month, day, clock);
}

}  // namespace

std::optional<Duration> parse_go_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Duration total{};
  while (!text.empty()) {
    const std::size_t number_end = text.find_first_not_of("0123456789.");
    if (number_end == std::string_view::npos) return std::nullopt;
    std::string_view number = text.substr(0, number_end);
    text.remove_prefix(number_end);
    const auto unit = std::ranges::find_if(
        go_units, [&](const Unit& candidate) { return text.starts_with(candidate.name); });
    if (unit == go_units.end()) return std::nullopt;
    const auto part = take_decimal(number, unit->span);
    if (!part || !number.empty()) return std::nullopt;
    total += *part;
    if (total > hint_max) return std::nullopt;
    text.remove_prefix(unit->name.size());
  }
  return total;
}

std::optional<Duration> parse_decimal(std::string_view text, Duration unit) {
  const auto value = take_decimal(text, unit);
  if (!value || !text.empty() || *value > hint_max) return std::nullopt;
  return value;
}

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  if (const auto date = imf_date(text)) return date;
  if (const auto date = rfc850_date(text)) return date;
  return asctime_date(text);
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  DateReader reader(text);
  const int year = reader.number(4);
  reader.literal("-");
  const int month = reader.number(2);
  reader.literal("-");
  const int day = reader.number(2);
  if (!reader.rest().starts_with('T') && !reader.rest().starts_with('t')) return std::nullopt;
  reader.advance(1);
  const auto clock = reader.clock();
  auto seconds = point(reader, year, static_cast<unsigned>(month), day, clock);
  if (!seconds) return std::nullopt;
  std::chrono::milliseconds fraction{};
  if (reader.rest().starts_with('.')) {
    const std::size_t end = reader.rest().find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos || end == 1) return std::nullopt;
    int place = 100;
    for (std::size_t i = 1; i < end; ++i, place /= 10) {
      fraction += std::chrono::milliseconds((reader.rest()[i] - '0') * place);
    }
    reader.advance(end);
  }
  if (reader.rest() == "Z" || reader.rest() == "z") return *seconds + fraction;
  const bool east = reader.rest().starts_with('+');
  if (!east && !reader.rest().starts_with('-')) return std::nullopt;
  reader.advance(1);
  const int hours = reader.number(2);
  reader.literal(":");
  const int minutes = reader.number(2);
  if (!reader.good() || !reader.rest().empty() || hours > 23 || minutes > 59) return std::nullopt;
  const auto shift = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return *seconds + fraction + (east ? -shift : shift);
}

}  // namespace assay::wire
