#include "cli/failure_report.hpp"

#include "stats/contingency.hpp"
#include "stats/rank_sum.hpp"

#include <algorithm>
#include <cmath>

namespace assay::cli {
namespace {

std::size_t bin_of(std::size_t bytes, std::size_t bins) {
  const double quarters = 4 * std::log2(static_cast<double>(std::max<std::size_t>(bytes, 1)));
  return std::min(bins - 1, static_cast<std::size_t>(quarters));
}

// The middle of the bin that holds the middle value.
template <class Lengths>
double median_of(const Lengths& lengths) {
  std::uint64_t count = 0;
  for (const std::uint64_t bin : lengths) count += bin;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    below += lengths[i];
    if (2 * below >= count && count > 0) return std::exp2((static_cast<double>(i) + 0.5) / 4);
  }
  return 0;
}

void stretch(FailureGroup& group, WallTime time) {
  if (time == WallTime{}) return;  // of a journal of detail minimal
  group.first = std::min(group.first.value_or(time), time);
  group.last = std::max(group.last.value_or(time), time);
}

}  // namespace

FailureReport::FailureReport(std::vector<std::string> policies)
    : policies_(std::move(policies)), failed_of_(policies_.size()), ok_of_(policies_.size()) {}

void FailureReport::add(const journal::ResultRow& row) {
  ++rows_;
  if (row.status == journal::ResultStatus::not_attempted) {
    ++not_attempted_;
    return;
  }
  const bool is_failed = row.status == journal::ResultStatus::failed;
  if (row.row->has_value()) {
    ++(is_failed ? failed_of_ : ok_of_)[row.policy];
    ++(is_failed ? failed_lengths_ : ok_lengths_)[bin_of((*row.row)->response.size(), length_bins)];
  }
  if (!is_failed) return;
  ++failed_;
  FailureGroup& group = groups_[row.failure->cls];
  if (++group.rows == 1) {
    group.cls = row.failure->cls;
    group.example_id = row.row->has_value() ? (*row.row)->id : row.row->error().id;
    group.example_reason = row.failure->reason;
  }
  if (row.record == nullptr) return;
  const journal::Delivery& delivery = row.record->delivery;
  stretch(group, delivery.time);
  if (delivery.attempts > 0) ++group.sent;
  group.spent += row.cost;
  // Rows with equal work share a record: it was paid for once, by the row that asked first.
  const bool asked_first =
      row.record->row == (*row.row)->row && row.record->policy == policies_[row.policy];
  if (!asked_first) return;
  group.unknown += delivery.unknown.money;
  group.tokens += delivery.charged.tokens;
}

std::vector<FailureGroup> FailureReport::groups() const {
  std::vector<FailureGroup> groups;
  for (const auto& [cls, group] : groups_) groups.push_back(group);
  std::ranges::stable_sort(groups, std::greater{}, &FailureGroup::rows);
  return groups;
}

FailureReport::Selection FailureReport::selection() const {
  Selection selection;
  std::vector<std::vector<double>> table;
  for (std::size_t i = 0; i < policies_.size(); ++i) {
    selection.policies.push_back(
        {.policy = policies_[i], .failed = failed_of_[i], .ok = ok_of_[i]});
    table.push_back({static_cast<double>(failed_of_[i]), static_cast<double>(ok_of_[i])});
  }
  const stats::ChiSquared test = stats::chi_squared_independence(table);
  selection.policy_p = test.p;
  // Below, the approximation says nothing.
  if (test.expected_min && *test.expected_min < 1)
    selection.policy_p = stats::undefined("too few failures to tell");
  selection.length_p = stats::rank_sum_p(failed_lengths_, ok_lengths_);
  selection.median_failed = median_of(failed_lengths_);
  selection.median_ok = median_of(ok_lengths_);
  return selection;
}

}  // namespace assay::cli
