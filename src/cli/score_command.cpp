#include "cli/capability_gate.hpp"
#include "cli/command.hpp"
#include "cli/config_flags.hpp"
#include "cli/data_input.hpp"
#include "cli/exit_code.hpp"
#include "cli/go_on.hpp"
#include "cli/process.hpp"
#include "cli/progress_display.hpp"
#include "cli/run_results.hpp"
#include "cli/run_summary.hpp"
#include "cli/scoring.hpp"
#include "core/grouped.hpp"
#include "crawl/clock.hpp"
#include "crawl/score_run.hpp"
#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace assay::cli {
namespace {

namespace asio = boost::asio;

struct ScoreOptions {
  bool resume = false;
  bool json = false;
  bool quiet = false;
  bool retry_failed = false;
  std::vector<std::string> retry_classes;
  std::vector<std::string> certificates;
};

Result<crawl::RetryFailed> retry_failed_of(const ScoreOptions& options) {
  crawl::RetryFailed retry;
  for (const std::string& name : options.retry_classes) {
    if (name.empty()) continue;  // what the flag alone leaves
    const auto cls = failure_class_of(name);
    if (!cls) {
      return fail(
          Errc::usage,
          fmt::format(
              "--retry-failed: '{}' is no failure class; failures.jsonl names those of a run",
              name));
    }
    retry.classes.push_back(*cls);
  }
  retry.all = options.retry_failed && retry.classes.empty();
  return retry;
}

// Waits for the end of the run: signals, the time limit, progress. On the main thread.
class Watch {
 public:
  Watch(crawl::ScoreRun& run, ProgressDisplay& display, std::optional<Duration> wall)
      : run_(run),
        display_(display),
        signals_(io_, SIGINT, SIGTERM),
        tick_(io_),
        limit_(io_),
        grace_(io_) {
    signals_.add(SIGHUP);
    wait_for_signal();
    next_tick();
    if (wall) {
      limit_.expires_after(*wall);
      limit_.async_wait([this](boost::system::error_code ec) {
        if (!ec) run_.stop(crawl::StopCause::time, "the time limit (budget.wall) is reached");
      });
    }
  }

  Status run() {
    auto started = run_.start([this] { asio::post(io_, [this] { io_.stop(); }); });
    if (!started) return started;
    io_.run();
    display_.clear();
    return {};
  }

  [[nodiscard]] int signal() const { return signal_; }

 private:
  // In flight requests may take this long to come back after a signal; then they count as unknown.
  static constexpr Duration drain_max = std::chrono::seconds{8};

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code ec, int number) {
      if (ec) return;
      if (signal_ != 0)
        ::_exit(128 + signal_);  // the second one: at once; the journal needs no goodbye
      signal_ = number;
      display_.clear();
      fmt::print(stderr, "Stopping: waiting for what is in flight (again to stop at once)\n");
      run_.stop(crawl::StopCause::interrupted, reason_of(number));
      grace_.expires_after(drain_max);
      grace_.async_wait([this](boost::system::error_code expired) {
        if (!expired) run_.abandon();
      });
      wait_for_signal();
    });
  }

  static const char* reason_of(int signal) {
    if (signal == SIGINT) return "interrupted by SIGINT";
    return signal == SIGHUP ? "ended by SIGHUP" : "ended by SIGTERM";
  }

  void next_tick() {
    tick_.expires_after(std::chrono::milliseconds{200});
    tick_.async_wait([this](boost::system::error_code ec) {
      if (ec) return;
      display_.show(run_.snapshot(), crawl::monotonic_now());
      next_tick();
    });
  }

  crawl::ScoreRun& run_;
  ProgressDisplay& display_;
  asio::io_context io_{1};
  asio::signal_set signals_;
  asio::steady_timer tick_;
  asio::steady_timer limit_;
  asio::steady_timer grace_;
  int signal_ = 0;
};

void announce(const crawl::ScoreRun& run, const config::Config& config) {
  const crawl::WorkPlan& plan = run.plan();
  fmt::print(stderr,
             "plan    {} items ({} rows x {} {}), {} distinct, {} done before, {} to do\n",
             grouped(plan.items),
             grouped(plan.items / config.policies.size()),
             config.policies.size(),
             config.policies.size() == 1 ? "policy" : "policies",
             grouped(plan.distinct),
             grouped(plan.done),
             grouped(plan.to_do));
  if (plan.left_out > 0) {
    fmt::print(stderr,
               "note    only failures are done again; {} items that were never attempted wait for "
               "the next run without --retry-failed\n",
               grouped(plan.left_out));
  }
  const journal::JournalReport& past = run.past();
  if (past.torn_bytes() > 0) {
    fmt::print(stderr,
               "note    the journal ends in a torn tail of {} bytes ({} whole lines): cut off, its "
               "items are done again\n",
               past.torn_bytes(),
               past.torn_lines());
  }
}

int exit_code_of(const std::optional<crawl::Stop>& stop,
                 int signal,
                 double failure_rate,
                 double rate_max) {
  if (stop) {
    switch (stop->cause) {
      case crawl::StopCause::interrupted:
        return signal == SIGINT ? exit_interrupted : exit_terminated;
      case crawl::StopCause::time:
        return exit_time_limit;
      case crawl::StopCause::budget:
        return exit_budget;
      case crawl::StopCause::refused:
        return exit_refused;
      case crawl::StopCause::unavailable:
        return exit_unavailable;
      case crawl::StopCause::storage:
        return exit_storage;
      case crawl::StopCause::input:
        return exit_input;
      case crawl::StopCause::drift:
        return exit_unverified;
      case crawl::StopCause::first_failure:
        return exit_too_many_missing;
    }
  }
  return failure_rate > rate_max ? exit_too_many_missing : exit_complete;
}

// Why rows without an outcome have none, as results.jsonl says it.
Failure not_attempted_because(const std::optional<crawl::Stop>& stop) {
  if (!stop) return make_failure(FailureClass::cancelled, "not reached before the run stopped");
  switch (stop->cause) {
    case crawl::StopCause::budget:
      return make_failure(FailureClass::budget_exhausted, "the budget was reached first");
    case crawl::StopCause::time:
      return make_failure(FailureClass::deadline, "the time limit was reached first");
    default:
      return make_failure(FailureClass::cancelled, "not reached before the run stopped");
  }
}

// A policy's canaries are held against the noise of its preferred endpoint, which comes first.
void take_certificates(const std::vector<HeldCapability>& held,
                       crawl::RunSpec& spec,
                       std::vector<doctor::CanaryTolerance>& tolerances) {
  for (auto one = held.rbegin(); one != held.rend(); ++one) {
    tolerances[one->policy] = doctor::tolerance_of(one->capability);
    if (one->capability.fingerprint.empty()) continue;
    spec.fingerprints.push_back(
        {.policy = one->policy, .endpoint = one->endpoint, .value = one->capability.fingerprint});
  }
}

// Certificates for all, or --unverified; and the canaries that follow from it.
Status pass_gate(const config::Config& config, const ScoreOptions& options, crawl::RunSpec& spec) {
  std::vector<doctor::CanaryTolerance> tolerances(spec.policies.size());
  if (config.run.unverified) {
    spec.start.verification = journal::unverified;
    fmt::print(stderr,
               "note    unverified: nothing shows that the endpoint's values can be believed "
               "(assay doctor)\n");
  } else {
    auto held = demand_capabilities(spec, options.certificates, crawl::wall_now());
    if (!held) return std::unexpected(held.error());
    take_certificates(*held, spec, tolerances);
    spec.start.verification = journal::certified;
  }
  spec.canaries = canary_terms(config.run, std::move(tolerances));
  return {};
}

Result<int> score(const config::Config& config,
                  const ScoreOptions& options,
                  const ConfigFlags& flags) {
  config::Config checked = config;
  if (auto spooled = spool_standard_input(checked); !spooled)
    return std::unexpected(spooled.error());
  auto input = open_data(checked.data);
  if (!input) return std::unexpected(input.error());
  auto spec = make_run_spec(checked);
  if (!spec) return std::unexpected(spec.error());
  auto retry = retry_failed_of(options);
  if (!retry) return std::unexpected(retry.error());
  spec->retry_failed = std::move(*retry);
  spec->must_resume = options.resume;
  if (auto allowed = pass_gate(checked, options, *spec); !allowed)
    return std::unexpected(allowed.error());
  spec->start.data_digest = input->survey.digest;
  spec->start.time = crawl::wall_now();
  const bool priced = std::any_of(spec->endpoints.begin(),
                                  spec->endpoints.end(),
                                  [](const auto& endpoint) { return !endpoint.prices.empty(); });
  const std::vector<Policy> policies = spec->policies;

  journal::Storage& storage = journal::posix_storage();
  auto run = crawl::ScoreRun::prepare(storage, std::move(*spec), *input->samples);
  if (!run) return std::unexpected(run.error());
  announce(**run, checked);
  ProgressDisplay display(ProgressDisplay::mode_for(options.quiet),
                          (*run)->plan(),
                          policies.size(),
                          checked.budget.usd,
                          priced);
  Watch watch(**run, display, checked.budget.wall);
  if (auto watched = watch.run(); !watched) return std::unexpected(watched.error());
  auto report = (*run)->finish();
  if (!report) return std::unexpected(report.error());

  RunSummary summary(policies);
  journal::ResultsRequest request;
  request.run = checked.run.dir;
  request.samples = input->samples.get();
  request.keys = &(*run)->keys();
  request.not_attempted = not_attempted_because(report->stop);
  if (checked.run.on_failure == config::OnFailure::skip)
    request.failed = journal::ResultsRequest::Failed::left_out;
  for (const Policy& policy : policies)
    request.policies.push_back({.policy = policy, .method = policy.method});
  if (auto written = write_run_results(storage, request, summary); !written)
    return std::unexpected(written.error());

  const double failure_rate = static_cast<double>(summary.failed()) /
                              static_cast<double>(std::max<std::uint64_t>(1, summary.total()));
  const int exit_code =
      exit_code_of(report->stop, watch.signal(), failure_rate, checked.run.max_failure_rate);
  SummaryFrame frame{.run_directory = checked.run.dir,
                     .exit_code = exit_code,
                     .unverified = (*run)->is_unverified(),
                     .budget = checked.budget,
                     .quotes = config::quotes_of(checked, config::bundled_prices()),
                     .today = std::chrono::floor<std::chrono::days>(crawl::wall_now()),
                     .go_on = go_on(*report, checked, flags)};
  const std::string json = to_json(summary, *report, frame);
  if (auto written = journal::write_file_atomically(
          storage, std::filesystem::path(checked.run.dir) / "summary.json", json);
      !written) {
    return std::unexpected(written.error());
  }
  fmt::print(stderr, "{}", to_text(summary, *report, frame));
  if (options.json) fmt::print("{}", json);
  return exit_code;
}

int run_score(const ConfigFlags& flags, const ScoreOptions& options) {
  protect_process();
  auto loaded = load_config(flags);
  if (!loaded) return report_error(loaded.error());
  if (auto complete = config::require_scoring(loaded->config); !complete)
    return report_error(complete.error());
  auto exit_code = score(loaded->config, options, flags);
  return exit_code ? *exit_code : report_error(exit_code.error());
}

}  // namespace

void add_score(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "score",
      "Log-probabilities of given responses under given policies; the same command resumes");
  const ConfigFlags flags(command);
  auto options = std::make_shared<ScoreOptions>();
  command.add_flag(
      "--resume", &options->resume, "Demand that the run directory holds a run to go on with");
  const Option retry =
      command
          .add_option("--retry-failed",
                      &options->retry_classes,
                      "Do failures of earlier sessions again: all, or those of the classes named")
          .any_number();
  command
      .add_option("--certificate",
                  &options->certificates,
                  "A capability certificate of assay doctor; may be repeated")
      .one_value_each();
  command.add_flag("--json", &options->json, "Print the summary as JSON on standard output");
  command.add_flag("-q,--quiet", &options->quiet, "No progress");
  command.when_chosen([retry, flags, options, &chosen] {
    options->retry_failed = retry.given();
    chosen = [flags, options] { return run_score(flags, *options); };
  });
}

}  // namespace assay::cli
