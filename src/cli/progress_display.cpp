#include "cli/progress_display.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace assay::cli {
namespace {

constexpr Duration line_interval = std::chrono::seconds{30};

std::size_t columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col - std::size_t{1};
  return 100;
}

}  // namespace

ProgressDisplay::Mode ProgressDisplay::mode_for(bool quiet) {
  if (quiet) return Mode::quiet;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return ::isatty(STDERR_FILENO) == 1 && !dumb && std::getenv("CI") == nullptr ? Mode::terminal
                                                                               : Mode::lines;
}

ProgressDisplay::ProgressDisplay(Mode mode,
                                 const crawl::WorkPlan& plan,
                                 std::size_t policies,
                                 std::optional<NanoUsd> cap,
                                 bool priced)
    : mode_(mode) {
  progress_.items_total = plan.to_do;
  progress_.items_before = plan.done;
  progress_.policies = policies;
  progress_.cap = cap;
  progress_.priced = priced;
}

void ProgressDisplay::show(const crawl::ScoreRun::Snapshot& now, Instant at) {
  rate_.observe(now.done, at);
  if (mode_ == Mode::quiet) return;
  progress_.items_done = now.done;
  progress_.missing = now.failed;
  progress_.retried = now.retries;
  progress_.in_flight = now.in_flight;
  progress_.in_flight_max = now.in_flight_max;
  progress_.spent = now.spent;
  progress_.bound_by = now.bound_by;
  if (mode_ == Mode::lines) {
    if (!shown_) shown_ = at;
    if (at - *shown_ < line_interval) return;
    shown_ = at;
    fmt::print(stderr, "{}\n", monitor::progress_line(progress_, rate_.per_second()));
    return;
  }
  clear();
  for (const std::string& line :
       monitor::progress_lines(progress_, rate_.per_second(), columns())) {
    fmt::print(stderr, "{}\n", line);
    ++lines_drawn_;
  }
}

void ProgressDisplay::clear() {
  // Up and erase, line by line: works in every terminal that has cursor addressing.
  for (; lines_drawn_ > 0; --lines_drawn_) fmt::print(stderr, "\x1b[1A\x1b[2K");
}

}  // namespace assay::cli
