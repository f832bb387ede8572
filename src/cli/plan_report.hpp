#pragma once

// What `assay plan` says.

#include "cli/forecast.hpp"
#include "crawl/work_plan.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace assay::cli {

struct PlanReport {
  config::Config config;
  crawl::WorkPlan work;
  std::uint64_t rows = 0;
  Forecast forecast;
  TokenRate rate;
  std::vector<CapForecast> caps;
  std::uint64_t disk_free = 0;  // where the run directory is or will be
  std::chrono::sys_days today;
  std::string command;         // that does it
  std::string command_beyond;  // that goes on at the cap; empty without one that may be reached
};

[[nodiscard]] std::string to_text(const PlanReport& report);
[[nodiscard]] std::string to_json(const PlanReport& report);

}  // namespace assay::cli
