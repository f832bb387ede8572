#include "cli/capability_store.hpp"
#include "cli/command.hpp"
#include "cli/config_flags.hpp"
#include "cli/diagnosis_table.hpp"
#include "cli/exit_code.hpp"
#include "cli/process.hpp"
#include "cli/scoring.hpp"
#include "cli/version.hpp"
#include "core/grouped.hpp"
#include "crawl/clock.hpp"
#include "crawl/probe_session.hpp"
#include "crawl/terms.hpp"
#include "doctor/examination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace assay::cli {
namespace {

struct DoctorOptions {
  std::vector<std::string> policies;
  std::string clone;
  std::optional<std::int64_t> context_tokens;
  std::string certificate;
  bool yes = false;
  bool json = false;
};

// One endpoint, model and template to be examined.
struct Patient {
  crawl::EndpointSpec endpoint;
  doctor::Subject subject;
  doctor::Binding binding;
  doctor::Effort effort;
};

// Another name of the same weights at the same endpoint, if the configuration has one.
std::string clone_of(const crawl::RunSpec& spec,
                     const Policy& policy,
                     const std::string& endpoint) {
  for (const Policy& other : spec.policies) {
    if (other.weights == policy.weights && other.model != policy.model &&
        std::ranges::find(other.endpoints, endpoint) != other.endpoints.end())
      return other.model;
  }
  return {};
}

Patient patient_of(const crawl::RunSpec& spec,
                   const Policy& policy,
                   const crawl::PolicyForm& form,
                   const crawl::EndpointSpec& endpoint,
                   const DoctorOptions& options) {
  Patient patient{.endpoint = endpoint,
                  .subject = {.dialect = endpoint.dialect,
                              .model = policy.model,
                              .clone = options.clone.empty() ? clone_of(spec, policy, endpoint.name)
                                                             : options.clone,
                              .form = form.form,
                              .rendering = form.options,
                              .system_prompt = policy.system_prompt,
                              .context_tokens = options.context_tokens},
                  .binding = binding_of(endpoint, policy),
                  .effort = {}};
  patient.effort = doctor::effort_of(patient.subject);
  return patient;
}

Result<std::vector<Patient>> patients_of(const crawl::RunSpec& spec, const DoctorOptions& options) {
  std::vector<Patient> patients;
  for (const std::string& name : options.policies) {
    if (std::ranges::find(spec.policies, name, &Policy::name) == spec.policies.end())
      return fail(Errc::usage, fmt::format("--policy: there is no policy '{}'", name));
  }
  const std::vector<crawl::PolicyForm> forms = crawl::forms_of(spec);
  for (std::size_t i = 0; i < spec.policies.size(); ++i) {
    const Policy& policy = spec.policies[i];
    const bool wanted = options.policies.empty() ||
                        std::ranges::find(options.policies, policy.name) != options.policies.end();
    if (!wanted || policy.replicate > 0) continue;  // a replicate is asked what its first is
    for (const crawl::EndpointSpec& endpoint : spec.endpoints) {
      if (std::ranges::find(policy.endpoints, endpoint.name) == policy.endpoints.end()) continue;
      if (!endpoint.dialect->can.can_score) {
        return fail(
            Errc::usage,
            fmt::format("policy '{}' is scored by forced steps at dialect {}, which gives no "
                        "log-probs of a prompt to examine: score it with --unverified",
                        policy.name,
                        endpoint.dialect->name));
      }
      const doctor::Binding binding = binding_of(endpoint, policy);
      if (std::ranges::find(patients, binding, &Patient::binding) != patients.end()) continue;
      patients.push_back(patient_of(spec, policy, forms[i], endpoint, options));
    }
  }
  if (patients.empty()) {
    return fail(Errc::usage,
                "there is nothing to examine; name an endpoint and a model with --base-url and "
                "--model, or a configuration with -c");
  }
  if (!options.certificate.empty() && patients.size() > 1)
    return fail(
        Errc::usage,
        "--certificate names one file, and there are several certificates; name one --policy");
  return patients;
}

std::string cost_text(const Patient& patient) {
  const auto price = patient.endpoint.price_of(patient.subject.model);
  if (!price) return "price unknown";
  const doctor::Effort& effort = patient.effort;
  return fmt::format("at most {}",
                     to_text(cost_of(*price, effort.tokens.input, effort.tokens.output)));
}

// Says what it will take before anything is sent.
void announce(const std::vector<Patient>& patients) {
  for (const Patient& patient : patients) {
    const TokenCount tokens = patient.effort.tokens.input + patient.effort.tokens.output;
    fmt::print(stderr,
               "doctor  {} at {} ({}), dialect {}, template {}: up to {} requests, {} tokens, {}\n",
               patient.subject.model,
               patient.binding.origin,
               patient.endpoint.name,
               patient.binding.dialect,
               patient.binding.template_name,
               grouped(patient.effort.requests),
               grouped(static_cast<std::uint64_t>(tokens.value)),
               cost_text(patient));
  }
}

Status check_caps(const std::vector<Patient>& patients, const pace::Caps& caps) {
  pace::Amount all;
  for (const Patient& patient : patients) {
    const doctor::Effort& effort = patient.effort;
    all.requests += static_cast<std::int64_t>(effort.requests);
    all.tokens += effort.tokens.input + effort.tokens.output;
    if (const auto price = patient.endpoint.price_of(patient.subject.model))
      all.usd += cost_of(*price, effort.tokens.input, effort.tokens.output);
    else if (caps.usd)
      return fail(
          Errc::config,
          fmt::format("endpoint '{}' has no price, and budget.usd caps money; state the price",
                      patient.endpoint.name));
  }
  const auto above = [](std::string_view key, const std::string& needed) {
    return fail(
        Errc::usage,
        fmt::format(
            "the examination may need {}, more than {} allows; raise it or name fewer --policy",
            needed,
            key));
  };
  if (caps.usd && all.usd > *caps.usd) return above("budget.usd", to_text(all.usd));
  if (caps.tokens && all.tokens > *caps.tokens)
    return above("budget.tokens", fmt::format("{} tokens", all.tokens.value));
  if (caps.requests && all.requests > *caps.requests)
    return above("budget.requests", fmt::format("{} requests", all.requests));
  return {};
}

Status confirm(bool yes) {
  if (yes) return {};
  if (::isatty(STDIN_FILENO) == 0)
    return fail(Errc::usage, "nobody is there to confirm the cost; say --yes");
  fmt::print(stderr, "Go on? [y/N] ");
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(Errc::usage, "not confirmed; nothing was sent");
}

constexpr int examination_malformed_max = 2;

struct Examined {
  doctor::Diagnosis diagnosis;
  pace::Amount spent;
  pace::Amount unknown;
};

Result<Examined> examine(const Patient& patient,
                         const pace::Caps& caps,
                         const crawl::RunSpec& spec) {
  // A server that answers wrongly each time is a finding, and not one to wait long for.
  pace::Limits limits = spec.limits;
  limits.malformed_attempts_max =
      std::min(limits.malformed_attempts_max, examination_malformed_max);
  auto session = crawl::ProbeSession::open({.endpoint = patient.endpoint,
                                            .model = patient.subject.model,
                                            .clone = patient.subject.clone,
                                            .caps = caps,
                                            .limits = limits,
                                            .seed = spec.seed});
  if (!session) return std::unexpected(session.error());
  doctor::Examination examination(patient.subject);
  for (std::size_t i = 0; i < doctor::round_count; ++i) {
    const auto round = static_cast<doctor::Round>(i);
    std::vector<doctor::Exchange> exchanges = examination.plan(round);
    const auto together = round == doctor::Round::alone ? crawl::Together::one_at_a_time
                                                        : crawl::Together::all_at_once;
    auto seen = (*session)->carry_out(exchanges, together);
    if (!seen) return std::unexpected(seen.error());
    for (std::size_t j = 0; j < exchanges.size(); ++j)
      examination.add(std::move(exchanges[j]), std::move((*seen)[j]));
  }
  return Examined{.diagnosis = examination.diagnose(),
                  .spent = (*session)->spent(),
                  .unknown = (*session)->unknown()};
}

void show(const Patient& patient,
          const Examined& examined,
          const doctor::Capability& capability,
          const std::string& path) {
  fmt::print("{} at {}, template {}\n\n{}",
             patient.subject.model,
             patient.binding.origin,
             patient.binding.template_name,
             to_text(examined.diagnosis));
  const std::string unknown =
      to_text(examined.unknown.usd) != to_text(NanoUsd{})
          ? fmt::format(" and up to {} unknown", to_text(examined.unknown.usd))
          : "";
  fmt::print(
      "\n{}. It took {} requests, {}{}.\nCertificate valid until {}: {}\n\n",
      examined.diagnosis.holds() ? "Everything asked for holds" : "Do not trust its scores",
      grouped(static_cast<std::uint64_t>(examined.spent.requests + examined.unknown.requests)),
      patient.endpoint.price_of(patient.subject.model) ? to_text(examined.spent.usd)
                                                       : "price unknown",
      unknown,
      to_iso8601(capability.expires),
      path);
}

// What is left of the caps.
pace::Caps rest_of(pace::Caps caps, const pace::Amount& spent) {
  if (caps.usd) caps.usd = *caps.usd - spent.usd;
  if (caps.tokens) caps.tokens = *caps.tokens - spent.tokens;
  if (caps.requests) caps.requests = *caps.requests - spent.requests;
  return caps;
}

Result<int> examine_all(const config::Config& config, const DoctorOptions& options) {
  auto spec = make_run_spec(config);
  if (!spec) return std::unexpected(spec.error());
  auto patients = patients_of(*spec, options);
  if (!patients) return std::unexpected(patients.error());
  announce(*patients);
  if (auto checked = check_caps(*patients, spec->caps); !checked)
    return std::unexpected(checked.error());
  if (auto confirmed = confirm(options.yes); !confirmed) return std::unexpected(confirmed.error());
  bool holds = true;
  pace::Caps caps = spec->caps;
  for (const Patient& patient : *patients) {
    auto examined = examine(patient, caps, *spec);
    if (!examined) return std::unexpected(examined.error());
    caps = rest_of(caps, examined->spent + examined->unknown);
    holds = holds && examined->diagnosis.holds();
    const doctor::Capability capability =
        doctor::capability_of(examined->diagnosis, patient.binding, crawl::wall_now(), version);
    const auto path = capability_path(patient.binding, options.certificate);
    if (auto kept = keep_capability(capability, path); !kept) return std::unexpected(kept.error());
    if (options.json) {
      fmt::print("{}", doctor::to_json(capability));
    } else {
      show(patient, *examined, capability, path.string());
    }
  }
  return holds ? exit_complete : exit_unverified;
}

int run_doctor(const ConfigFlags& flags, const DoctorOptions& options) {
  protect_process();
  auto loaded = load_config(flags);
  if (!loaded) return report_error(loaded.error());
  auto exit_code = examine_all(loaded->config, options);
  return exit_code ? *exit_code : report_error(exit_code.error());
}

}  // namespace

void add_doctor(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "doctor",
      "Can this endpoint's log-probs be believed? Asks, judges, and issues a certificate");
  const ConfigFlags flags(command, {"endpoints", "policies", "budget", "network", "retry"});
  auto options = std::make_shared<DoctorOptions>();
  command.add_option("--policy", &options->policies, "Only this policy; may be repeated")
      .one_value_each();
  command.add_option("--clone", &options->clone, "Another name of the same model at this endpoint");
  command
      .add_option(
          "--context", &options->context_tokens, "The model's context limit in tokens, to try it")
      .between(16, 10'000'000);
  command.add_option("--certificate", &options->certificate, "File for the certificate");
  command.add_flag("--yes", &options->yes, "Do not ask before spending");
  command.add_flag("--json", &options->json, "Print the certificates on standard output");
  command.when_chosen([flags, options, &chosen] {
    chosen = [flags, options] { return run_doctor(flags, *options); };
  });
}

}  // namespace assay::cli
