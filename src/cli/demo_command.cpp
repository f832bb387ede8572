#include "cli/child.hpp"
#include "cli/command.hpp"
#include "cli/demo_proof.hpp"
#include "cli/exit_code.hpp"
#include "core/grouped.hpp"
#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"
#include "teacher/language.hpp"
#include "teacher/samples.hpp"
#include "teacher/server.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <unistd.h>

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

struct DemoOptions {
  std::string dir;
  std::uint64_t samples = 10'000;
  std::uint64_t seed = 7;
  std::int64_t requests_per_minute = 120'000;
};

constexpr std::string_view key_variable = "ASSAY_DEMO_KEY";

// Faults as they happen in the field: most pass on retry, a few contents are broken for good.
constexpr std::array<std::string_view, 8> fault_rules{"status-500:0.01:1",
                                                      "status-503:0.005:1",
                                                      "status-429-no-hint:0.005:1",
                                                      "reset-before-answer:0.01:1",
                                                      "close-mid-body:0.01:1",
                                                      "truncated-json:0.01:1",
                                                      "nan-logprob:0.001:always",
                                                      "echo-mismatch:0.001:always"};

// The executable itself: the demo starts the very program that is being shown.
std::string own_path() {
  return fs::read_symlink("/proc/self/exe").string();
}

void heading(int number, std::string_view title, std::string_view text) {
  fmt::print("\n{}. {:<9} {}\n", number, title, text);
  std::fflush(stdout);
}

Status write_data(const fs::path& path, const DemoOptions& options) {
  auto file = journal::AtomicFile::begin(journal::posix_storage(), path);
  if (!file) return std::unexpected(file.error());
  const teacher::Model& model = teacher::bundled_model("teacher-base");
  std::string line;
  for (std::uint64_t index = 0; index < options.samples; ++index) {
    line.clear();
    append_json_line(line, teacher::generate_sample(model, index, options.seed));
    line += '\n';
    if (auto written = file->append(line); !written) return written;
  }
  return file->commit();
}

Result<teacher::ServerOptions> server_options(const fs::path& dir, const DemoOptions& options) {
  teacher::ServerOptions server;
  server.state_dir = dir / "provider";
  server.keys = {Secret{"demo-key"}};
  server.limits.requests_per_minute = options.requests_per_minute;
  server.latency = teacher::Latency{.shape = teacher::Latency::Shape::uniform,
                                    .middle = std::chrono::milliseconds{20},
                                    .spread = std::chrono::milliseconds{10},
                                    .sigma = 0};
  for (const std::string_view text : fault_rules) {
    auto rule = teacher::parse_fault_rule(text);
    if (!rule) return std::unexpected(rule.error());
    server.faults.rules.push_back(*rule);
  }
  server.seed = options.seed;
  server.faults.seed = options.seed;
  server.price =
      Price{.input_nanousd_per_million = 200'000'000, .output_nanousd_per_million = 200'000'000};
  server.ledger = dir / "provider" / "ledger.jsonl";
  return server;
}

std::string config_text(const fs::path& dir,
                        const teacher::Server& server,
                        const DemoOptions& options) {
  return fmt::format(R"(run: {{dir: {0}, seed: {1}, max_failure_rate: 0.1}}
data: {{path: {2}}}
endpoints:
  - name: local
    dialect: openai
    base_url: {3}
    api_key_env: {4}
    ca_file: {5}
    limits: {{requests_per_minute: {6}, concurrency: 128}}
    price: {{input_usd_per_million: 0.20, output_usd_per_million: 0.20}}
policies:
  - {{name: base, model: teacher-base, endpoints: [local]}}
  - {{name: clone, model: teacher-clone, endpoints: [local]}}
  - {{name: warm, model: teacher-warm, endpoints: [local]}}
logging_policy: base
budget: {{usd: 5}}
)",
                     (dir / "run").string(),
                     options.seed,
                     (dir / "data.jsonl").string(),
                     server.base_url(),
                     key_variable,
                     server.ca_file().string(),
                     options.requests_per_minute);
}

// Certificates go into the demo's own directory, not among the user's.
ChildOptions child_options(const fs::path& dir) {
  ChildOptions options;
  options.environment = {{std::string(key_variable), "demo-key"},
                         {"XDG_STATE_HOME", (dir / "state").string()}};
  options.out = Output::inherit;
  return options;
}

// Starts the scorer and kills it once the provider has answered `requests`; its exit code, or
// nothing when it was killed.
Result<std::optional<int>> score_until(const std::vector<std::string>& argv,
                                       const fs::path& dir,
                                       const teacher::Server& server,
                                       std::uint64_t requests) {
  auto child = Child::start(argv, child_options(dir));
  if (!child) return std::unexpected(child.error());
  while (server.counters().answered < requests) {
    if (const auto ended = child->wait_for(std::chrono::milliseconds{20})) return ended;
  }
  child->signal(SIGKILL);
  static_cast<void>(child->wait());
  return std::nullopt;
}

Result<int> run_child(const std::vector<std::string>& argv, const fs::path& dir) {
  auto child = Child::start(argv, child_options(dir));
  if (!child) return std::unexpected(child.error());
  return child->wait();
}

// The base policy's table is shown; the others' would say the same.
Result<int> examine_policies(const std::string& config, const fs::path& dir) {
  auto shown = run_child({own_path(), "doctor", "-c", config, "--policy", "base", "--yes"}, dir);
  if (!shown || *shown != exit_complete) return shown;
  ChildOptions quiet = child_options(dir);
  quiet.out = Output::discard;
  auto child = Child::start(
      {own_path(), "doctor", "-c", config, "--policy", "clone", "--policy", "warm", "--yes"},
      quiet);
  if (!child) return std::unexpected(child.error());
  return child->wait();
}

void print_proof(const DemoProof& proof, const DemoBill& bill) {
  fmt::print(
      "   {} values equal the model's own log-probabilities (worst difference {:.1e} nats)\n",
      grouped(proof.equal),
      proof.worst_difference);
  fmt::print(
      "   {} failures, each foretold without HTTP: {} broken on purpose, {} where a token spans "
      "prompt and response\n",
      grouped(proof.failed_as_foretold),
      grouped(proof.foretold_faults),
      grouped(proof.foretold_straddles));
  if (!proof.holds()) {
    fmt::print("   BUT {} values differ and {} failures were not foretold: please report this\n",
               grouped(proof.unequal),
               grouped(proof.failed_otherwise));
  }
  fmt::print(
      "   the provider's ledger: {} requests, {} of them canaries, {} refused for the rate limit, "
      "{} answered twice because of the kill\n",
      grouped(bill.requests),
      grouped(bill.canaries),
      grouped(bill.refused),
      grouped(bill.answered_twice));
}

Result<int> demo(const DemoOptions& options) {
  const fs::path dir = fs::absolute(options.dir);
  std::error_code ec;
  fs::create_directories(dir, ec);
  if (ec) return fail(Errc::io, fmt::format("{}: {}", dir.string(), ec.message()));
  if (!fs::is_empty(dir)) {
    return fail(Errc::usage,
                fmt::format("{} is not empty; name another directory with --dir", dir.string()));
  }
  const std::string run_dir = (dir / "run").string();
  const std::string config = (dir / "config.yaml").string();

  heading(1,
          "Data",
          fmt::format("{} prompts and responses drawn from a small language model",
                      grouped(options.samples)));
  if (auto written = write_data(dir / "data.jsonl", options); !written)
    return std::unexpected(written.error());
  auto settings = server_options(dir, options);
  if (!settings) return std::unexpected(settings.error());
  const teacher::FaultPlan faults = settings->faults;
  // The doctor comes while the provider is well and quick; on the same port it goes on with faults.
  teacher::ServerOptions honest = *settings;
  honest.faults.rules.clear();
  honest.latency = {};
  honest.ledger.clear();
  auto server = teacher::Server::start(std::move(honest));
  if (!server) return std::unexpected(server.error());
  heading(
      2,
      "Provider",
      fmt::format(
          "{} serves it over TLS: at most {} requests/min, 5 % passing faults, 0.2 % lasting ones",
          (*server)->base_url(),
          grouped(static_cast<std::uint64_t>(options.requests_per_minute))));
  if (auto written = journal::write_file_atomically(
          journal::posix_storage(), config, config_text(dir, **server, options));
      !written) {
    return std::unexpected(written.error());
  }

  heading(3, "Doctor", fmt::format("assay doctor -c {} --policy base", config));
  auto examined = examine_policies(config, dir);
  if (!examined) return std::unexpected(examined.error());
  if (*examined != exit_complete) return *examined;
  settings->port = (*server)->port();
  (*server)->stop();
  server = teacher::Server::start(std::move(*settings));
  if (!server) return std::unexpected(server.error());

  const std::vector<std::string> score{own_path(), "score", "-c", config};
  heading(4, "Score", fmt::format("assay score -c {}", config));
  auto ended = score_until(score, dir, **server, options.samples);
  if (!ended) return std::unexpected(ended.error());
  if (*ended)
    return fail(Errc::unverified, fmt::format("the scorer ended early with exit code {}", **ended));
  fmt::print("   Killed with SIGKILL after {} answers.\n", grouped((*server)->counters().answered));
  heading(5, "Resume", "the same command");
  auto resumed = run_child(score, dir);
  if (!resumed) return std::unexpected(resumed.error());
  if (*resumed != exit_complete) return *resumed;

  heading(6, "Estimate", fmt::format("assay estimate {}", run_dir));
  const std::string report = run_dir + "/report.html";
  auto estimated = run_child({own_path(), "estimate", run_dir, "--html", report}, dir);
  if (!estimated) return std::unexpected(estimated.error());
  if (*estimated != exit_complete) return *estimated;

  heading(7, "Proof", "every value against the model itself, computed without HTTP");
  (*server)->stop();
  auto proof = prove_run(run_dir, faults);
  if (!proof) return std::unexpected(proof.error());
  auto bill = read_bill(dir / "provider" / "ledger.jsonl");
  if (!bill) return std::unexpected(bill.error());
  print_proof(*proof, *bill);
  fmt::print("\nReport   {}\nResults  {}/results.jsonl\n", report, run_dir);
  return proof->holds() ? exit_complete : exit_unverified;
}

std::string default_dir() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("runs/demo-{}", now.time_since_epoch().count());
}

}  // namespace

void add_demo(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "demo", "The whole job on the embedded provider: score, be killed, resume, estimate");
  auto options = std::make_shared<DemoOptions>();
  command.add_option("--dir",
                     &options->dir,
                     "An empty directory for everything the demo makes; default runs/demo-<time>");
  command.add_option("-n,--samples", &options->samples, "Rows of the data set")
      .shows_default()
      .between(100, 1'000'000);
  command
      .add_option(
          "--rpm", &options->requests_per_minute, "The provider's limit of requests per minute")
      .shows_default()
      .between(60, 100'000'000);
  command.add_option("--seed", &options->seed, "Seed of data and faults").shows_default();
  command.when_chosen([options, &chosen] {
    if (options->dir.empty()) options->dir = default_dir();
    chosen = [options] {
      auto exit_code = demo(*options);
      return exit_code ? *exit_code : report_error(exit_code.error());
    };
  });
}

}  // namespace assay::cli
