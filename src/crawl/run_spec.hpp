#pragma once

// What a scoring run is to do, ready to be done: everything checked, opened and resolved by the
// caller.

#include "assay/policy.hpp"
#include "crawl/canary_schedule.hpp"
#include "crawl/carrier.hpp"
#include "crawl/fingerprint.hpp"
#include "crawl/policy_form.hpp"
#include "doctor/canary.hpp"
#include "journal/record.hpp"
#include "journal/run_directory.hpp"
#include "net/client_options.hpp"
#include "net/tls_context.hpp"
#include "pace/amount.hpp"
#include "pace/limits.hpp"
#include "wire/dialect.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::crawl {

struct EndpointSpec {
  std::string name;
  const wire::Dialect* dialect = nullptr;  // can score
  net::ClientOptions client;               // connections_max is shared out among the loops
  net::TrustOptions trust;
  CarrierMaker carrier;  // in the place of a client over the network, when not empty
  pace::EndpointTerms terms;
  std::size_t prompts_per_request_max = 1;  // no more than the dialect's own bound are sent
  std::map<std::string, Price> prices;      // by model; absent: unknown, which is not zero

  [[nodiscard]] std::optional<Price> price_of(const std::string& model) const;
};

// Whether failures that an earlier session recorded as final are done again; then exactly those are
// done, and what was never attempted waits for the next session.
struct RetryFailed {
  bool all = false;
  std::vector<FailureClass> classes;
  [[nodiscard]] bool any() const { return all || !classes.empty(); }
  [[nodiscard]] bool covers(FailureClass cls) const;
};

// How a run watches for another model.
struct CanaryTerms {
  CanaryRhythm rhythm;
  std::vector<doctor::CanaryTolerance> tolerances;  // by policy
};

struct RunSpec {
  std::filesystem::path directory;
  journal::Start start;
  std::vector<Policy> policies;   // their endpoints name entries of `endpoints`
  std::vector<PolicyForm> forms;  // by policy; empty: the built-in templates of their names
  std::vector<EndpointSpec> endpoints;
  journal::Detail detail = journal::Detail::standard;
  pace::Caps caps;                      // of the run
  std::vector<pace::Caps> policy_caps;  // by policy, in the order of `policies`; empty: none
  std::vector<std::optional<Duration>> policy_walls;  // likewise: time of this session
  pace::Limits limits;
  std::uint64_t seed = 0;
  unsigned loops = 1;
  bool stop_at_first_failure = false;
  RetryFailed retry_failed;
  std::optional<CanaryTerms> canaries;  // absent: none
  std::vector<CertifiedFingerprint> fingerprints;
  bool must_resume = false;  // it is an error when there is nothing to go on with
};

}  // namespace assay::crawl
