#pragma once

#include "crawl/score_run.hpp"
#include "monitor/progress.hpp"

#include <optional>

namespace assay::cli {

// Progress on stderr: two lines redrawn in place on a terminal, a line every 30 seconds elsewhere,
// nothing when quiet.
class ProgressDisplay {
 public:
  enum class Mode : std::uint8_t { quiet, lines, terminal };
  [[nodiscard]] static Mode mode_for(bool quiet);  // by what stderr is, TERM, and CI

  ProgressDisplay(Mode mode,
                  const crawl::WorkPlan& plan,
                  std::size_t policies,
                  std::optional<NanoUsd> cap,
                  bool priced);

  void show(const crawl::ScoreRun::Snapshot& now, Instant at);
  // Takes the lines away, so that what follows stands on a clean screen.
  void clear();

 private:
  Mode mode_;
  monitor::Progress progress_;
  monitor::RateMeter rate_;
  std::optional<Instant> shown_;
  std::size_t lines_drawn_ = 0;
};

}  // namespace assay::cli
