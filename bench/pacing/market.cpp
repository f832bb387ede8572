#include "pacing/market.hpp"

#include "assay/ensure.hpp"
#include "crawl/score_run.hpp"
#include "journal/posix_storage.hpp"
#include "pacing/backoff_client.hpp"
#include "support/temp_directory.hpp"
#include "teacher/server.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdlib.h>

namespace assay::bench {
namespace {

namespace fs = std::filesystem;

double seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

// More rows than can be scored; each different, so that none is done only once for several.
class Rows : public SampleSource {
 public:
  Rows(std::uint64_t count, bool mixed_sizes) : count_(count), mixed_sizes_(mixed_sizes) {}

  Result<const Row*> next() override {
    if (next_ == count_) return nullptr;
    Sample sample;
    sample.row = next_;
    sample.id = fmt::format("row_{}", next_);
    sample.source = "pacing";
    sample.prompt = prompt_of(next_, mixed_sizes_);
    sample.response = "the harbour";
    row_ = std::move(sample);
    ++next_;
    return &row_;
  }
  Status rewind() override {
    next_ = 0;
    return {};
  }

 private:
  std::uint64_t count_;
  bool mixed_sizes_;
  std::uint64_t next_ = 0;
  Row row_;
};

crawl::RunSpec spec_of(const Demand& demand,
                       Client client,
                       const teacher::Server& server,
                       const fs::path& directory) {
  crawl::RunSpec spec;
  spec.directory = directory / "run";
  spec.start.version = "bench";
  spec.start.config_text = "run: {}\n";
  Policy policy;
  policy.name = "base";
  policy.model = "teacher-base";
  policy.weights = "bench/base@1";
  policy.endpoints = {"local"};
  spec.policies = {policy};
  crawl::EndpointSpec endpoint;
  endpoint.name = "local";
  endpoint.dialect = wire::find_dialect("openai");
  endpoint.client.origin = net::parse_origin(server.base_url()).value();
  endpoint.client.connections_max =
      std::max<std::size_t>(512, static_cast<std::size_t>(demand.limits.concurrency.value_or(0)));
  if (client == Client::told) {
    endpoint.terms.requests_per_minute = demand.limits.requests_per_minute;
    endpoint.terms.tokens_per_minute = demand.limits.tokens_per_minute;
    endpoint.terms.concurrency = demand.limits.concurrency;
  }
  spec.endpoints.push_back(std::move(endpoint));
  spec.seed = 1;
  return spec;
}

crawl::RunReport score(const Demand& demand,
                       Client client,
                       const teacher::Server& server,
                       const fs::path& directory,
                       Duration span) {
  const auto places = static_cast<double>(demand.limits.concurrency.value_or(0));
  const double per_second = std::max(600.0, places / seconds(demand.latency));
  Rows rows(static_cast<std::uint64_t>(seconds(span) * per_second) + 20'000, demand.mixed_sizes);
  auto run = crawl::ScoreRun::prepare(
      journal::posix_storage(), spec_of(demand, client, server, directory), rows);
  ensure(run.has_value(), "the run can be prepared");
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
  const auto started = (*run)->start([&] {
    const std::scoped_lock lock(mutex);
    ended = true;
    changed.notify_all();
  });
  ensure(started.has_value(), "the run can be started");
  std::unique_lock lock(mutex);
  changed.wait_for(lock, span, [&] { return ended; });
  lock.unlock();
  (*run)->stop(crawl::StopCause::time, "the span is over");
  lock.lock();
  changed.wait(lock, [&] { return ended; });
  lock.unlock();
  auto report = (*run)->finish();
  ensure(report.has_value(), "the run can be finished");
  return std::move(*report);
}

struct Bill {
  double requests = 0;  // admitted
  double tokens = 0;
  double refused = 0;
};

// What the teacher wrote about each request that came to it.
Bill read_ledger(const fs::path& path) {
  simdjson::dom::parser parser;
  Bill bill;
  for (const simdjson::dom::element line : parser.load_many(path.string())) {
    if (line["status"].get_int64().value() == 429) {
      ++bill.refused;
      continue;
    }
    ++bill.requests;
    bill.tokens +=
        static_cast<double>(line["in"].get_int64().value() + line["out"].get_int64().value());
  }
  return bill;
}

// Of burst + rate x span. A fixed window or a sliding log has no burst beside its window: over
// whole windows it gives rate x span, to who paces as to who takes each at once. Limits that halve
// start afresh, with another burst.
double share_used(const Demand& demand, const Bill& bill, Duration span) {
  const teacher::Limits& limits = demand.limits;
  const double portion = demand.halves ? 0.75 : 1;
  const bool bucket = limits.kind == teacher::LimiterKind::bucket;
  const double burst = bucket ? seconds(limits.burst) * (demand.halves ? 1.5 : 1) : 0;
  double used = 0;
  const auto consider = [&](std::optional<std::int64_t> per_minute, double taken) {
    if (!per_minute) return;
    const double rate = static_cast<double>(*per_minute) / 60;
    used = std::max(used, taken / (rate * (burst + portion * seconds(span))));
  };
  consider(limits.requests_per_minute, bill.requests);
  consider(limits.tokens_per_minute, bill.tokens);
  if (limits.concurrency) {
    const double places = static_cast<double>(*limits.concurrency) * portion * seconds(span);
    used = std::max(used, bill.requests * seconds(demand.latency) / places);
  }
  return used;
}

teacher::ServerOptions provider_of(const Demand& demand, const fs::path& directory) {
  teacher::ServerOptions options;
  options.state_dir = directory / "teacher";
  options.plain_http = true;
  options.limits = demand.limits;
  options.latency.middle = demand.latency;
  options.ledger = directory / "ledger.jsonl";
  return options;
}

}  // namespace

std::string_view name_of(Client client) {
  switch (client) {
    case Client::told:
      return "assay, configured";
    case Client::untold:
      return "assay, learnt or found";
    case Client::backoff:
      return "plain back-off";
  }
  return "";
}

Figures run(const Demand& demand, Client client, Duration span) {
  const test::TempDirectory directory;
  teacher::ServerOptions options = provider_of(demand, directory.path());
  if (demand.halves) options.halve_after = span / 2;
  auto server = teacher::Server::start(std::move(options));
  ensure(server.has_value(), "a teacher can be started");
  if (client == Client::backoff) {
    call_with_backoff((*server)->base_url(), demand.mixed_sizes, span);
  } else {
    static_cast<void>(score(demand, client, **server, directory.path(), span));
  }
  (*server)->stop();
  const Bill bill = read_ledger(directory.path() / "ledger.jsonl");
  return {share_used(demand, bill, span), bill.refused / (bill.refused + bill.requests)};
}

Recovery survive_outage(Duration from, Duration length) {
  constexpr double settled_s = 5;
  const test::TempDirectory directory;
  Demand demand;
  demand.limits.concurrency = 5'000;
  demand.latency = std::chrono::seconds(1);
  teacher::ServerOptions options = provider_of(demand, directory.path());
  options.outages = {{from, length}};
  auto server = teacher::Server::start(std::move(options));
  ensure(server.has_value(), "a teacher can be started");
  const Duration span = from + length + std::chrono::seconds(30);
  const auto report = score(demand, Client::told, **server, directory.path(), span);
  (*server)->stop();

  simdjson::dom::parser parser;
  std::optional<double> began;
  double first = 0;
  double refused = 0;
  double later = 0;
  const double returned = seconds(from + length);
  for (const simdjson::dom::element line :
       parser.load_many((directory.path() / "ledger.jsonl").string())) {
    const double at = static_cast<double>(line["t_ms"].get_int64().value()) / 1000;
    if (!began) began = at;
    const bool taken = line["status"].get_int64().value() == 200;
    if (at < seconds(from) && taken) ++first;
    if (at >= seconds(from) && at < returned && !taken) ++refused;
    if (at >= returned + settled_s && at < returned + 25 && taken) ++later;
  }
  const double before = first / (seconds(from) - began.value());
  return {refused / first, later / (25 - settled_s) / before, report.failed};
}

}  // namespace assay::bench
