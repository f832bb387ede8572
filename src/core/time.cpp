#include "assay/time.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace assay {

std::string to_iso8601(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count(),
                     clock.subseconds().count());
}

std::string to_text(Duration duration) {
  using namespace std::chrono;
  // Each unit ends where rounding would reach the next: never "1000 ms" or "60.0 s".
  const double seconds_total = std::chrono::duration<double>(duration).count();
  if (seconds_total < 0.9995) return fmt::format("{:.0f} ms", seconds_total * 1e3);
  if (seconds_total < 59.95) return fmt::format("{:.1f} s", seconds_total);
  const auto whole = round<seconds>(duration);
  if (whole < hours{1}) {
    return fmt::format("{} min {} s", whole / minutes{1}, (whole % minutes{1}).count());
  }
  return fmt::format(
      "{} h {} min", whole / hours{1}, duration_cast<minutes>(whole % hours{1}).count());
}

}  // namespace assay
