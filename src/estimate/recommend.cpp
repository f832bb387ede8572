#include "estimate/recommend.hpp"

#include "estimate/planning.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace assay::estimate {

namespace {

constexpr double wanted_half_width = 0.05;
constexpr double disagreement_z = 1.96;

// In the order of what they still stand on when something fails.
struct Preference {
  std::string_view method;
  std::string_view reward;
  std::string_view why;
};
constexpr std::array preferences{
    Preference{"difference",
               "label",
               "labels of the policy's own responses correct the judge: right even where the "
               "calibration is not"},
    Preference{"label-dr",
               "label",
               "the weights pass, and labels of the logged responses correct the judge"},
    Preference{"snips", "label", "the weights pass, and the logged responses are labelled"},
    Preference{"direct",
               "calibrated",
               "the policy's own responses, judged; that the calibration holds on them is assumed"},
    Preference{"snips", "calibrated", "the weights pass; the calibration is assumed to hold"},
    Preference{"direct", "judge", "no labels: this is the judge's opinion and nothing more"},
    Preference{"snips",
               "judge",
               "the weights pass; no labels: this is the judge's opinion and nothing more"},
};

bool is_supported(const Line& line) {
  return !line.refused && !line.compatibility && line.interval.has_value();
}

bool on_label_scale(const Line& line) {
  return line.reward != "judge";
}

std::string labels_wanted(const Evidence& evidence) {
  if (!evidence.label_spread || !evidence.draw_spread) {
    return "labels on fifty or more of its responses (a probe slice)";
  }
  const LabelCosts costs{.variance_draw = std::pow(*evidence.draw_spread, 2),
                         .variance_label = std::pow(*evidence.label_spread, 2)};
  const auto plan = plan_for_width(costs, wanted_half_width);
  if (!plan) return "labels on fifty or more of its responses (a probe slice)";
  return fmt::format(
      "about {} labels on its responses (a probe slice) would give an interval of "
      "half width {}",
      plan->labels,
      wanted_half_width);
}

}  // namespace

Recommendation recommend(const std::string& policy,
                         const std::vector<Line>& lines,
                         const Evidence& evidence) {
  Recommendation out{.policy = policy};
  for (const Preference& preference : preferences) {
    for (std::size_t i = 0; i < lines.size() && !out.line; ++i) {
      const Line& line = lines[i];
      if (line.policy != policy || line.method != preference.method) continue;
      if (line.reward != preference.reward || !is_supported(line)) continue;
      out.line = i;
      out.why = preference.why;
    }
  }
  if (!out.line) out.why = "nothing here supports a number for this policy";
  if (evidence.own_labels == 0) out.would_help.push_back(labels_wanted(evidence));
  if (!evidence.has_draws) {
    out.would_help.emplace_back("fresh responses of this policy, judged, need no weights at all");
  }
  return out;
}

std::vector<Disagreement> find_disagreements(const std::vector<Line>& lines) {
  std::vector<Disagreement> found;
  for (std::size_t a = 0; a < lines.size(); ++a) {
    for (std::size_t b = a + 1; b < lines.size(); ++b) {
      const Line& first = lines[a];
      const Line& second = lines[b];
      if (first.policy != second.policy || !is_supported(first) || !is_supported(second)) continue;
      if (!on_label_scale(first) || !on_label_scale(second)) continue;
      const double apart = std::abs(*first.estimate - *second.estimate);
      const double joint = std::hypot(*first.se, *second.se);
      if (!(joint > 0) || apart <= disagreement_z * joint) continue;
      found.push_back({first.policy, a, b, apart, joint, {}});
      found.back().text = fmt::format(
          "'{}': {} ({} reward) and {} ({} reward) differ by {:.3f}, more than their joint error "
          "({:.3f}) allows: at least one of them rests on something that does not hold",
          first.policy,
          first.method,
          first.reward,
          second.method,
          second.reward,
          apart,
          joint);
    }
  }
  return found;
}

}  // namespace assay::estimate
