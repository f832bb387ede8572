// How much of what a provider allows is used, and how much is refused: by Assay that was told the
// limits, by Assay that was not, and by a plain client with exponential back-off? Against the real
// teacher, which keeps its limits as a token bucket, a fixed window and a sliding log in turn.
//
//   bench_pacing [--smoke] [--json FILE] [--seconds S] [--only TEXT] [--outage]
//
// --smoke: a few seconds of each, to see that all still works. Nothing is judged by it.
// --outage: instead of all that, a provider that is down for a minute with 5,000 in flight.
// --only: what has TEXT in its line, as in "window  b".

#include "pacing/market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string_view>
#include <vector>

namespace assay::bench {
namespace {

// What must hold at least, of what is used; and at most, of what is refused.
struct Bar {
  double used;
  double refused;
};

struct Trial {
  Demand demand;
  Client client;
  std::optional<Bar> bar;  // none for the baseline
  Figures figures{};
};

std::string_view name_of(teacher::LimiterKind kind) {
  switch (kind) {
    case teacher::LimiterKind::bucket:
      return "bucket";
    case teacher::LimiterKind::window:
      return "window";
    case teacher::LimiterKind::log:
      return "log";
  }
  return "";
}

std::vector<Demand> demands_of(teacher::LimiterKind kind) {
  using std::chrono::milliseconds;
  teacher::Limits limits;
  limits.kind = kind;
  limits.burst = milliseconds(1'000);
  const auto demand = [&limits](std::string name) {
    return Demand{.name = std::move(name), .limits = limits};
  };
  std::vector<Demand> demands;
  Demand requests = demand("a  6,000 RPM");
  requests.limits.requests_per_minute = 6'000;
  requests.limits.burst = milliseconds(100);
  Demand tokens = demand("b  2M TPM, mixed sizes");
  tokens.limits.tokens_per_minute = 2'000'000;
  tokens.mixed_sizes = true;
  Demand both = tokens;
  both.name = "c  2M TPM and 1,900 RPM";
  both.limits.requests_per_minute = 1'900;
  Demand halving = requests;
  halving.name = "e  6,000 RPM, halved";
  halving.halves = true;
  demands = {requests, tokens, both};
  if (kind == teacher::LimiterKind::bucket) {  // concurrency knows no kinds
    Demand places = demand("d  concurrency 40, hidden");
    places.limits.concurrency = 40;
    demands.push_back(places);
  }
  demands.push_back(halving);
  return demands;
}

std::optional<Bar> bar_of(const Demand& demand, Client client) {
  if (client == Client::backoff) return std::nullopt;
  if (client == Client::untold || demand.halves) return Bar{0.95, 0.01};
  if (demand.limits.tokens_per_minute) return Bar{0.97, 0.005};
  return Bar{0.99, 0};
}

bool holds(const Trial& trial) {
  return !trial.bar ||
         (trial.figures.used >= trial.bar->used && trial.figures.refused <= trial.bar->refused);
}

std::string line_of(const Trial& trial) {
  return fmt::format("{:<8}{:<28}{:<24}",
                     name_of(trial.demand.limits.kind),
                     trial.demand.name,
                     name_of(trial.client));
}

void print(const Trial& trial) {
  fmt::print("{}{:>7.1f} %{:>9.2f} %   {}\n",
             line_of(trial),
             100 * trial.figures.used,
             100 * trial.figures.refused,
             !trial.bar     ? "baseline"
             : holds(trial) ? "holds"
                            : fmt::format("below the bar: {:.0f} %, {:.1f} %",
                                          100 * trial.bar->used,
                                          100 * trial.bar->refused));
  std::fflush(stdout);
}

// All demands on one kind of limiter at once, each by each client, on threads of their own.
std::vector<Trial> run_kind(teacher::LimiterKind kind, Duration span, std::string_view only) {
  std::vector<Trial> trials;
  for (const Demand& demand : demands_of(kind)) {
    for (const Client client : {Client::told, Client::untold, Client::backoff}) {
      if (demand.limits.concurrency && client == Client::told) continue;  // nothing to find
      const Trial trial{demand, client, bar_of(demand, client)};
      if (line_of(trial).find(only) != std::string::npos) trials.push_back(trial);
    }
  }
  std::vector<std::future<Figures>> running;
  for (const Trial& trial : trials) {
    running.push_back(std::async(std::launch::async,
                                 [&trial, span] { return run(trial.demand, trial.client, span); }));
  }
  for (std::size_t i = 0; i < trials.size(); ++i) trials[i].figures = running[i].get();
  return trials;
}

void write_json(const char* path, const std::vector<Trial>& trials) {
  std::FILE* file = std::fopen(path, "w");
  if (file == nullptr) return;
  fmt::print(file, "[");
  for (std::size_t i = 0; i < trials.size(); ++i) {
    fmt::print(
        file,
        "{}{{\"kind\":\"{}\",\"demand\":\"{}\",\"client\":\"{}\",\"used\":{},\"refused\":{}}}",
        i == 0 ? "" : ",\n",
        name_of(trials[i].demand.limits.kind),
        trials[i].demand.name,
        name_of(trials[i].client),
        trials[i].figures.used,
        trials[i].figures.refused);
  }
  fmt::print(file, "]\n");
  std::fclose(file);
}

int judge_outage() {
  const Recovery found = survive_outage(std::chrono::seconds(30), std::chrono::seconds(60));
  const bool holds = found.surplus <= 0.1 && found.speed >= 0.9 && found.failed == 0;
  fmt::print(
      "down for 60 s, 5,000 in flight: {:.2f} % surplus requests, {:.0f} % of the speed 5 s "
      "after the return, {} failed   {}\n",
      100 * found.surplus,
      100 * found.speed,
      found.failed,
      holds ? "holds" : "below the bar: 10 %, 90 %, 0");
  return holds ? 0 : 1;
}

int main(int argc, char** argv) {
  bool smoke = false;
  const char* json = nullptr;
  std::string_view only;
  double span_s = 120;  // whole windows
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--smoke") {
      smoke = true;
      span_s = 3;
    } else if (flag == "--json" && i + 1 < argc) {
      json = argv[++i];
    } else if (flag == "--seconds" && i + 1 < argc) {
      span_s = std::strtod(argv[++i], nullptr);
    } else if (flag == "--outage") {
      return judge_outage();
    } else if (flag == "--only" && i + 1 < argc) {
      only = argv[++i];
    } else {
      fmt::print(stderr,
                 "bench_pacing: no flag '{}'; there are: --smoke, --json FILE, --seconds S, --only "
                 "TEXT, --outage\n",
                 flag);
      return 2;
    }
  }
  const Duration span(static_cast<std::int64_t>(span_s * 1e9));
  fmt::print("{:<8}{:<28}{:<24}{:>9}{:>11}\n", "limiter", "limit", "client", "used", "refused");
  std::vector<Trial> all;
  for (const auto kind :
       {teacher::LimiterKind::bucket, teacher::LimiterKind::window, teacher::LimiterKind::log}) {
    for (Trial& trial : run_kind(kind, span, only)) {
      print(trial);
      all.push_back(std::move(trial));
    }
  }
  if (json != nullptr) write_json(json, all);
  const bool idle =
      std::ranges::any_of(all, [](const Trial& trial) { return trial.figures.used <= 0; });
  if (smoke) return idle ? 1 : 0;
  return std::ranges::all_of(all, holds) ? 0 : 1;
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
  return assay::bench::main(argc, argv);
}
