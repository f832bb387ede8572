#include "cli/scoring.hpp"

#include "cli/key.hpp"
#include "cli/version.hpp"
#include "config/price_table.hpp"
#include "config/snapshot.hpp"
#include "net/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace assay::cli {
namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::string() : std::string(text);
}

std::string first_of(const char* name, const char* other) {
  std::string text = variable(name);
  return text.empty() ? variable(other) : text;
}

net::TrustOptions trust_of(const config::Endpoint& endpoint) {
  return net::TrustOptions{.cert_file = variable("SSL_CERT_FILE"),
                           .cert_dir = variable("SSL_CERT_DIR"),
                           .ca_file = endpoint.ca_file};
}

net::Deadlines deadlines_of(const config::Network& network) {
  net::Deadlines deadlines;
  deadlines.connect = network.connect;
  deadlines.handshake = network.handshake;
  deadlines.first_byte = network.first_byte;
  deadlines.between_bytes = network.between_bytes;
  deadlines.total = network.total;
  return deadlines;
}

net::HttpVersion http_of(config::Http http) {
  switch (http) {
    case config::Http::automatic:
      return net::HttpVersion::automatic;
    case config::Http::http1:
      return net::HttpVersion::http1;
    case config::Http::http2:
      break;
  }
  return net::HttpVersion::http2;
}

pace::EndpointTerms terms_of(const config::Limits& limits) {
  pace::EndpointTerms terms;
  terms.requests_per_minute = limits.requests_per_minute.fixed;
  terms.tokens_per_minute = limits.tokens_per_minute.fixed;
  terms.requests_per_day = limits.requests_per_day.fixed;
  terms.concurrency = limits.concurrency.fixed;
  return terms;
}

// What is in flight on one loop needs that many connections; a fixed concurrency needs no more than
// itself.
std::size_t connections_of(const config::Config& config,
                           const config::Endpoint& endpoint,
                           unsigned loops) {
  const auto share =
      static_cast<std::size_t>(config.network.connections_max) / config.endpoints.size();
  const auto wanted = endpoint.limits.concurrency.fixed;
  const std::size_t total = wanted ? std::min(share, static_cast<std::size_t>(*wanted)) : share;
  return std::max<std::size_t>(1, (total + loops - 1) / loops);
}

// The endpoint's name, dialect and prices.
Result<crawl::EndpointSpec> described(const config::Config& config,
                                      const config::Endpoint& endpoint) {
  crawl::EndpointSpec spec;
  spec.name = endpoint.name;
  spec.dialect = wire::find_dialect(endpoint.dialect);
  if (spec.dialect == nullptr || !spec.dialect->can.can_score) {
    const std::string instead =
        spec.dialect == nullptr ? "" : fmt::format("; {}", spec.dialect->instead);
    return fail(Errc::config,
                fmt::format("endpoint '{}': dialect '{}' cannot score given text{}",
                            endpoint.name,
                            endpoint.dialect,
                            instead));
  }
  for (const config::Policy& policy : config.policies) {
    const auto quoted = config::quote(config::bundled_prices(), endpoint, policy.model);
    if (quoted.price) spec.prices.insert_or_assign(policy.model, *quoted.price);
  }
  return spec;
}

Result<crawl::EndpointSpec> endpoint_spec(const config::Config& config,
                                          const config::Endpoint& endpoint,
                                          unsigned loops) {
  auto made = described(config, endpoint);
  if (!made) return made;
  crawl::EndpointSpec spec = std::move(*made);
  auto origin = net::parse_origin(endpoint.base_url);
  if (!origin)
    return fail(origin.error().code,
                fmt::format("endpoint '{}': {}", endpoint.name, origin.error().detail));
  auto proxy = net::proxy_for(*origin,
                              {.https_proxy = first_of("HTTPS_PROXY", "https_proxy"),
                               .no_proxy = first_of("NO_PROXY", "no_proxy")});
  if (!proxy) return std::unexpected(proxy.error());
  auto key = key_of(endpoint);
  if (!key) return std::unexpected(key.error());
  spec.client.origin = std::move(*origin);
  spec.client.proxy = std::move(*proxy);
  spec.client.connections_max = connections_of(config, endpoint, loops);
  spec.client.http = http_of(endpoint.http);
  spec.client.deadlines = deadlines_of(config.network);
  spec.client.dead_on_reuse = net::ClientOptions::DeadOnReuse::report;  // each sending is reserved
  for (const HeaderField& field : spec.dialect->fields) {
    spec.client.headers.push_back(
        net::Header{.name = std::string(field.name), .value = std::string(field.value)});
  }
  if (!key->empty()) {
    spec.client.secret_headers.push_back(
        net::SecretHeader{.name = std::string(spec.dialect->auth.header),
                          .prefix = std::string(spec.dialect->auth.scheme),
                          .key = std::move(*key)});
  }
  spec.trust = trust_of(endpoint);
  spec.terms = terms_of(endpoint.limits);
  return spec;
}

pace::Caps caps_of(const config::Budget& budget) {
  pace::Caps caps;
  caps.usd = budget.usd;
  if (budget.tokens) caps.tokens = TokenCount{*budget.tokens};
  caps.requests = budget.requests;
  return caps;
}

unsigned loops_of(const config::Config& config) {
  if (config.run.loops.fixed) return static_cast<unsigned>(*config.run.loops.fixed);
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

Result<crawl::RunSpec> describe_run(const config::Config& config) {
  crawl::RunSpec spec;
  spec.directory = config.run.dir;
  spec.loops = loops_of(config);
  for (const config::Policy& policy : config.policies) spec.policies.push_back(policy);
  for (const config::Endpoint& endpoint : config.endpoints) {
    auto made = described(config, endpoint);
    if (!made) return std::unexpected(made.error());
    spec.endpoints.push_back(std::move(*made));
  }
  spec.caps = caps_of(config.budget);
  for (const config::Policy& policy : config.policies) {
    spec.policy_caps.push_back(caps_of(policy.budget));
    spec.policy_walls.push_back(policy.budget.wall);
  }
  spec.detail = static_cast<journal::Detail>(config.run.detail);
  return spec;
}

Result<crawl::RunSpec> make_run_spec(const config::Config& config) {
  auto described_run = describe_run(config);
  if (!described_run) return described_run;
  crawl::RunSpec spec = std::move(*described_run);
  spec.endpoints.clear();
  for (const config::Endpoint& endpoint : config.endpoints) {
    auto made = endpoint_spec(config, endpoint, spec.loops);
    if (!made) return std::unexpected(made.error());
    spec.endpoints.push_back(std::move(*made));
  }
  spec.seed = config.run.seed;
  spec.stop_at_first_failure = config.run.on_failure == config::OnFailure::fail_fast;
  spec.limits.attempts_max = static_cast<int>(config.retry.attempts);
  spec.limits.row_deadline = config.retry.row_deadline;
  spec.limits.concurrency_max = config.network.connections_max;
  spec.start.version = version;
  spec.start.git_commit = commit;
  spec.start.config_text = config::snapshot(config);
  spec.start.config_digest = digest_of(config::digest_text(config));
  return spec;
}

}  // namespace assay::cli
