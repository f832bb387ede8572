#include "cli/label_plan.hpp"

#include "cli/command.hpp"
#include "cli/estimate_input.hpp"
#include "cli/exit_code.hpp"
#include "core/grouped.hpp"
#include "core/json_text.hpp"
#include "core/printable.hpp"
#include "estimate/estimate.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string>

namespace assay::cli {

namespace {

using estimate::Findings;
using estimate::PolicyFindings;

constexpr std::size_t name_width = 32;
constexpr const char* missing =
    "no spread to plan by: it takes two judged draws of it, and labels there or on logged rows";

std::string to_text(const Findings& findings, const LabelPlanRequest& request) {
  std::string out = fmt::format(
      "What a 95 % interval of half width {} takes, at {} for a label and {} for a judged draw\n\n"
      "  {:<{}} {:>10} {:>14} {:>12} {:>10}   {}\n",
      request.half_width,
      request.cost_label,
      request.cost_draw,
      "policy",
      name_width,
      "labels",
      "judged draws",
      "half width",
      "cost",
      "visible difference");
  for (const PolicyFindings& policy : findings.policies) {
    const std::string name = printable(policy.policy, name_width);
    if (!policy.plan) {
      out += fmt::format("  {:<{}} {}\n", name, name_width, missing);
      continue;
    }
    out += fmt::format("  {:<{}} {:>10} {:>14} {:>12.4g} {:>10.4g}   {:.3g}\n",
                       name,
                       name_width,
                       grouped(policy.plan->labels),
                       grouped(policy.plan->draws),
                       policy.plan->half_width,
                       policy.plan->cost,
                       policy.plan->detectable);
  }
  return out +
         "\nThe labels are of the policy's own responses, a random part of the judged draws. Two "
         "such\npolicies are told apart in four of five studies from the visible difference on.\n";
}

std::string to_json(const Findings& findings, const LabelPlanRequest& request) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("half_width").number(request.half_width);
  json.key("cost_label").number(request.cost_label).key("cost_draw").number(request.cost_draw);
  json.key("policies").begin_array();
  for (const PolicyFindings& policy : findings.policies) {
    json.begin_object().key("policy").string(policy.policy).key("plan");
    if (policy.plan) {
      json.begin_object();
      json.key("labels").number(static_cast<std::uint64_t>(policy.plan->labels));
      json.key("draws").number(static_cast<std::uint64_t>(policy.plan->draws));
      json.key("half_width").number(policy.plan->half_width);
      json.key("cost").number(policy.plan->cost);
      json.key("detectable_difference").number(policy.plan->detectable).end_object();
    } else {
      json.null().key("missing").string(missing);
    }
    json.end_object();
  }
  json.end_array().end_object();
  return out + "\n";
}

}  // namespace

int run_label_plan(const LabelPlanRequest& request) {
  const auto input = read_estimate_input({.source = request.source});
  if (!input) return report_error(input.error());
  estimate::Options options;
  options.bootstrap.replicates = 0;
  options.plan_half_width = request.half_width;
  options.cost_draw = request.cost_draw;
  options.cost_label = request.cost_label;
  const Findings findings = estimate::estimate(input->matrix, options);
  if (findings.policies.empty()) {
    return report_error(
        {Errc::input,
         fmt::format("{}: names no target policy to plan for", request.source.string())});
  }
  fmt::print("{}", request.json ? to_json(findings, request) : to_text(findings, request));
  return std::fflush(stdout) == 0 ? exit_complete : exit_storage;
}

}  // namespace assay::cli
