#include "monitor/load_step.hpp"

#include "assay/ensure.hpp"

#include <algorithm>
#include <cmath>

namespace assay::monitor {
namespace {

// The least value that at least `share` of the sorted values do not exceed.
Duration at(const std::vector<Duration>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

// The endpoint did its work, whatever was wrong with the answer: a token over the boundary says
// nothing about speed.
bool is_answered(const LoadRequest& request) {
  if (!request.failure) return true;
  const Remedy remedy = remedy_of(*request.failure);
  return remedy == Remedy::final_item || remedy == Remedy::distrust;
}

std::optional<Percentiles> percentiles_of(std::vector<Duration> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  return Percentiles{.p50 = at(values, 0.5),
                     .p90 = at(values, 0.9),
                     .p99 = at(values, 0.99),
                     .p999 = at(values, 0.999),
                     .max = values.back()};
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Answers per second between the first and the last one of the second half: the edges of the half
// fall between answers, so that counting over its length would be off by up to one.
void add_rates(const LoadStep& step, LoadFigures& figures) {
  std::vector<const LoadRequest*> late;
  for (const LoadRequest& request : step.requests) {
    const bool is_late = request.done >= step.span / 2 && request.done <= step.span;
    if (is_late && is_answered(request)) late.push_back(&request);
  }
  if (late.size() < 2) return;
  const auto [first, last] = std::ranges::minmax_element(late, {}, &LoadRequest::done);
  const double span = seconds((*last)->done - (*first)->done);
  if (span <= 0) return;
  std::int64_t tokens = 0;
  for (const LoadRequest* request : late) {
    if (request != *first) tokens += request->tokens;
  }
  figures.rate = static_cast<double>(late.size() - 1) / span;
  figures.tokens_per_second = static_cast<double>(tokens) / span;
}

}  // namespace

LoadFigures figures_of(const LoadStep& step) {
  ensure(step.span > Duration{}, "a step has a span");
  LoadFigures figures;
  figures.kind = step.kind;
  figures.asked = step.asked;
  figures.unsent = step.unsent;
  figures.bound_by = step.bound_by;
  figures.bound_by_rate = step.bound_by_rate;
  std::vector<Duration> latency;
  std::vector<Duration> service;
  for (const LoadRequest& request : step.requests) {
    if (request.failure) ++figures.errors[std::string(name_of(*request.failure))];
    ++(request.failure ? figures.failed : figures.good);
    if (!is_answered(request)) continue;
    latency.push_back(request.done - request.due);
    service.push_back(request.done - request.sent);
  }
  figures.latency = percentiles_of(std::move(latency));
  figures.service = percentiles_of(std::move(service));
  add_rates(step, figures);
  return figures;
}

LoadFindings findings_of(std::span<const LoadFigures> steps) {
  LoadFindings findings;
  std::optional<double> best_closed;
  const LoadFigures* lightest = nullptr;
  for (const LoadFigures& step : steps) {
    if (step.rate && (!findings.rate_max || *step.rate > *findings.rate_max)) {
      findings.rate_max = step.rate;
    }
    if (step.kind != LoadKind::closed) continue;
    if (step.rate && (!best_closed || *step.rate > *best_closed)) best_closed = step.rate;
    if (step.service && (lightest == nullptr || step.asked < lightest->asked)) lightest = &step;
  }
  if (lightest != nullptr) findings.unloaded = lightest->service->p50;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const LoadFigures& step = steps[i];
    if (!step.rate) continue;
    // A step that just reaches the limit is not held back by it; the next one, as fast, is.
    const bool is_best = *step.rate >= 0.95 * *findings.rate_max;
    if (is_best && findings.bound_by.empty()) findings.bound_by = step.bound_by;
    if (step.kind != LoadKind::closed || *step.rate < 0.9 * *best_closed) continue;
    if (!findings.knee || step.asked < steps[*findings.knee].asked) findings.knee = i;
  }
  return findings;
}

std::optional<std::size_t> next_concurrency(std::span<const LoadFigures> closed, std::size_t most) {
  if (closed.empty()) return std::min<std::size_t>(1, most);
  const LoadFigures& last = closed.back();
  if (last.bound_by_rate || last.good + last.failed == 0) return std::nullopt;
  double best = 0;
  int without_gain = 0;
  for (const LoadFigures& step : closed) {
    const double rate = step.rate ? *step.rate : 0;
    without_gain = rate < 1.1 * best ? without_gain + 1 : 0;
    best = std::max(best, rate);
  }
  const auto done = static_cast<std::size_t>(last.asked);
  if (without_gain >= 2 || done >= most) return std::nullopt;
  return std::min(2 * done, most);
}

}  // namespace assay::monitor
