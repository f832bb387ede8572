#include "cli/scoring.hpp"

#include "cli/key.hpp"
#include "cli/version.hpp"
#include "config/price_table.hpp"
#include "config/snapshot.hpp"
#include "crawl/terms.hpp"
#include "net/proxy.hpp"
#include "wire/course.hpp"
#include "wire/template.hpp"

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
  terms.input_tokens_per_minute = limits.input_tokens_per_minute.fixed;
  terms.input_tokens_per_second = limits.input_tokens_per_second.fixed;
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
  if (spec.dialect == nullptr) {
    return fail(
        Errc::config,
        fmt::format("endpoint '{}': dialect '{}' is not known", endpoint.name, endpoint.dialect));
  }
  spec.prompts_per_request_max = static_cast<std::size_t>(endpoint.prompts_per_request);
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
  if (endpoint.compression == config::Compression::gzip) {
    spec.client.limits.coding = net::Coding::gzip;
  }
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

// Each endpoint of a policy must be able to do its method, and those of a method that takes several
// exchanges must speak one dialect, since an item may change endpoints between two of them.
Status check_methods(const crawl::RunSpec& spec) {
  for (const Policy& policy : spec.policies) {
    const auto indices = crawl::endpoint_indices(spec, policy);
    const wire::Dialect* first = spec.endpoints[indices.front()].dialect;
    for (const std::size_t index : indices) {
      const crawl::EndpointSpec& endpoint = spec.endpoints[index];
      const auto refused = [&](std::string_view reason) {
        return fail(
            Errc::config,
            fmt::format("policy '{}' on endpoint '{}': {}", policy.name, endpoint.name, reason));
      };
      if (const auto objection = wire::objection(*endpoint.dialect, policy.method)) {
        return refused(objection->reason);
      }
      if (wire::takes_course(policy.method) && endpoint.dialect != first) {
        return refused(
            fmt::format("method {} needs endpoints of one dialect", name_of(policy.method)));
      }
    }
  }
  return {};
}

wire::Template template_of(const config::ChatTemplate& form) {
  wire::Template made;
  made.name = form.name;
  made.bos = form.bos;
  made.head = form.head;
  made.opening = form.opening;
  made.end_of_turn = form.end_of_turn;
  made.between = form.between;
  made.system_prefix = form.system_prefix;
  made.system_suffix = form.system_suffix;
  if (!form.system_default.empty()) made.system_default = form.system_default;
  made.user_prefix = form.user_prefix;
  made.user_suffix = form.user_suffix;
  made.assistant_prefix = form.assistant_prefix;
  made.assistant_suffix = form.assistant_suffix;
  made.trims_text = form.trim == "messages";
  if (form.system_place == "first_user") made.system_place = wire::SystemPlace::first_user;
  if (form.system_place == "last_user") made.system_place = wire::SystemPlace::last_user;
  if (form.system_place == "nowhere") made.system_place = wire::SystemPlace::nowhere;
  return made;
}

// Errors: a template that writes a date, and no date pinned.
Result<std::vector<crawl::PolicyForm>> forms_of(const config::Config& config) {
  std::vector<crawl::PolicyForm> forms;
  for (const config::Policy& policy : config.policies) {
    const auto own =
        std::ranges::find(config.templates, policy.template_name, &config::ChatTemplate::name);
    const wire::Template* built_in = wire::find_template(policy.template_name);
    crawl::PolicyForm made{.form = own != config.templates.end() ? template_of(*own) : *built_in,
                           .options = crawl::render_options_of(policy)};
    const bool writes_date = (made.form.head + made.form.system_preamble).contains("{date}");
    if (writes_date && made.form.date_default.empty() && policy.date.empty()) {
      return fail(
          Errc::config,
          fmt::format("policy '{}': template {} writes the current date, and a context that "
                      "drifts is another policy each day: pin it with date: ... "
                      "(--template-date)",
                      policy.name,
                      policy.template_name));
    }
    forms.push_back(std::move(made));
  }
  return forms;
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
  if (auto checked = check_methods(spec); !checked) return std::unexpected(checked.error());
  auto forms = forms_of(config);
  if (!forms) return std::unexpected(forms.error());
  spec.forms = std::move(*forms);
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

std::optional<crawl::CanaryTerms> canary_terms(const config::Run& run,
                                               std::vector<doctor::CanaryTolerance> tolerances) {
  const bool watched = run.canaries == config::Canaries::always ||
                       (run.canaries == config::Canaries::automatic && !run.unverified);
  if (!watched) return std::nullopt;
  return crawl::CanaryTerms{.rhythm = {.items = static_cast<std::uint64_t>(run.canary_items),
                                       .interval = run.canary_interval},
                            .tolerances = std::move(tolerances)};
}

}  // namespace assay::cli
