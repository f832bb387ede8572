#include "assay/ensure.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "core/json_text.hpp"
#include "net/loop.hpp"
#include "teacher/dialect.hpp"
#include "teacher/fault_table.hpp"
#include "teacher/language.hpp"
#include "teacher/samples.hpp"
#include "teacher/server.hpp"
#include "teacher/state_file.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sys/resource.h>

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

struct TeacherOptions {
  teacher::ServerOptions server;
  std::string state = "teacher";
  std::vector<std::string> policies;
  std::vector<std::string> faults;
  std::string latency = "0";
  std::string limiter = "bucket";
  std::string burst = "6s";
  std::string window = "60s";
  std::string halve_after;
  std::vector<std::string> outages;
  std::string certificate = "valid";
  std::string http = "auto";
  std::string ledger;
  std::string key_env = "ASSAY_TEACHER_KEY";
  std::string price = "0.20";
  std::int64_t rpm = 0;
  std::int64_t tpm = 0;
  std::int64_t concurrency = 0;
  std::uint64_t samples = 0;
  std::string output = "-";
  bool list_faults = false;
  bool list_dialects = false;
  bool json = false;
};

template <class Value, class Parsed>
Status take(Parsed parsed, Value& out) {
  if (!parsed) return std::unexpected(parsed.error());
  out = std::move(*parsed);
  return {};
}

std::optional<std::int64_t> limit_of(std::int64_t value) {
  return value == 0 ? std::nullopt : std::optional(value);
}

std::optional<teacher::HttpOffer> offer_of(std::string_view http) {
  if (http == "auto") return teacher::HttpOffer::both;
  if (http == "1.1") return teacher::HttpOffer::http1;
  if (http == "2") return teacher::HttpOffer::http2;
  return std::nullopt;
}

Status read_names(TeacherOptions& options) {
  auto& server = options.server;
  const auto limiter = teacher::limiter_kind_of(options.limiter);
  if (!limiter) {
    return fail(Errc::usage,
                fmt::format("--limiter {} is none of bucket, window, log", options.limiter));
  }
  const auto certificate = teacher::certificate_kind_of(options.certificate);
  if (!certificate) {
    return fail(
        Errc::usage,
        fmt::format("--certificate {} is none of valid, expired, not-yet-valid, wrong-host, "
                    "self-signed",
                    options.certificate));
  }
  const auto offer = offer_of(options.http);
  if (!offer)
    return fail(Errc::usage, fmt::format("--http {} is not auto, 1.1 or 2", options.http));
  server.http = *offer;
  server.limits.kind = *limiter;
  server.certificate = *certificate;
  return {};
}

// "0.20" for both directions, or "0.20,0.80" for input and output.
Status read_price(TeacherOptions& options) {
  const auto comma = options.price.find(',');
  const auto input = parse_usd(std::string_view(options.price).substr(0, comma));
  if (!input) return std::unexpected(input.error());
  auto output = input;
  if (comma != std::string::npos)
    output = parse_usd(std::string_view(options.price).substr(comma + 1));
  if (!output) return std::unexpected(output.error());
  options.server.price = {input->nanos(), output->nanos()};
  return {};
}

// From what was typed to what the server takes.
Status read_options(TeacherOptions& options) {
  auto& server = options.server;
  server.state_dir = options.state;
  server.ledger = options.ledger;
  server.limits.requests_per_minute = limit_of(options.rpm);
  server.limits.tokens_per_minute = limit_of(options.tpm);
  server.limits.concurrency = limit_of(options.concurrency);
  if (auto status = read_names(options); !status) return status;
  if (auto status = read_price(options); !status) return status;
  if (auto status = take(teacher::parse_latency(options.latency), server.latency); !status) {
    return status;
  }
  if (auto status = take(teacher::parse_duration(options.burst), server.limits.burst); !status) {
    return status;
  }
  if (auto status = take(teacher::parse_duration(options.window), server.limits.window); !status) {
    return status;
  }
  if (!options.halve_after.empty()) {
    auto& when = server.halve_after.emplace();
    if (auto status = take(teacher::parse_duration(options.halve_after), when); !status)
      return status;
  }
  for (const auto& text : options.outages) {
    if (auto status = take(teacher::parse_outage(text), server.outages.emplace_back()); !status)
      return status;
  }
  if (server.limits.window <= Duration{})
    return fail(Errc::usage, "--limit-window must be above 0");
  server.models = teacher::default_models();
  for (const auto& text : options.policies) {
    if (auto status = take(teacher::parse_model_settings(text), server.models.emplace_back());
        !status) {
      return status;
    }
  }
  for (const auto& text : options.faults) {
    if (auto status = take(teacher::parse_fault_rule(text), server.faults.rules.emplace_back());
        !status) {
      return status;
    }
  }
  return {};
}

std::string random_key() {
  unsigned char bytes[24];
  ensure(RAND_bytes(bytes, sizeof bytes) == 1, "OpenSSL gives random bytes");
  std::string key = "teacher-";
  for (const auto byte : bytes) fmt::format_to(std::back_inserter(key), "{:02x}", byte);
  return key;
}

// The key of the environment, or a fresh one in <state>/key. Gives that file, or nothing.
Result<std::optional<fs::path>> provide_key(TeacherOptions& options) {
  const char* given = std::getenv(options.key_env.c_str());
  if (given != nullptr && *given != '\0') {
    options.server.keys = {Secret(given)};
    return std::nullopt;
  }
  std::error_code error;
  fs::create_directories(options.server.state_dir, error);
  auto key = random_key();
  const auto path = options.server.state_dir / "key";
  if (auto status = teacher::write_state_file(path, key + "\n", 0600); !status) {
    return std::unexpected(status.error());
  }
  options.server.keys = {Secret(std::move(key))};
  return path;
}

void announce(const TeacherOptions& options,
              const teacher::Server& server,
              const std::optional<fs::path>& key_file) {
  std::string text;
  const auto ca_file = server.ca_file().empty() ? fs::path() : fs::absolute(server.ca_file());
  if (!options.json) {
    text = fmt::format(
        "teacher: {} serves {}", server.base_url(), fmt::join(server.model_names(), ", "));
    if (!ca_file.empty()) text += fmt::format("; authority {}", ca_file.string());
    text += key_file ? fmt::format("; key in {}", fs::absolute(*key_file).string())
                     : fmt::format("; key from {}", options.key_env);
  } else {
    JsonWriter json(text);
    const auto path = [&](std::string_view name, const std::optional<fs::path>& value) {
      json.key(name);
      if (value && !value->empty()) {
        json.string(fs::absolute(*value).string());
      } else {
        json.null();
      }
    };
    json.begin_object().key("base_url").string(server.base_url());
    path("ca_file", ca_file);
    json.key("api_key_env").string(options.key_env);
    path("api_key_file", key_file);
    json.key("models").begin_array();
    for (const auto& name : server.model_names()) json.string(name);
    json.end_array().end_object();
  }
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

// Thousands of clients are thousands of descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<int> serve(TeacherOptions& options) {
  if (auto status = read_options(options); !status) return std::unexpected(status.error());
  auto key_file = provide_key(options);
  if (!key_file) return std::unexpected(key_file.error());
  raise_descriptor_limit();
  // Blocked before any thread starts, so that all inherit it and sigwait is the only one to see
  // them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto server = teacher::Server::start(std::move(options.server));
  if (!server) return std::unexpected(server.error());
  announce(options, **server, *key_file);
  int number = 0;
  ::sigwait(&signals, &number);
  (*server)->stop();
  const auto counters = (*server)->counters();
  fmt::print(stderr,
             "teacher: {} requests: {} answered, {} struck by faults, {} refused\n",
             counters.requests,
             counters.answered,
             counters.faulted,
             counters.refused);
  return exit_complete;
}

Result<int> make_data(const TeacherOptions& options) {
  std::ofstream file;
  if (options.output != "-") file.open(options.output, std::ios::binary | std::ios::trunc);
  std::ostream& out = options.output == "-" ? std::cout : file;
  const auto& model = teacher::bundled_model("teacher-base");
  std::string line;
  for (std::uint64_t index = 0; index < options.samples && out; ++index) {
    line.clear();
    append_json_line(line, teacher::generate_sample(model, index, options.server.seed));
    out << line << '\n';
  }
  out.flush();
  if (!out) {
    return fail(Errc::io, fmt::format("cannot write {}: {}", options.output, std::strerror(errno)));
  }
  return exit_complete;
}

int list_faults() {
  for (const auto& group : teacher::fault_groups()) {
    fmt::print("{}\n", group.title);
    for (const auto& row : group.rows) {
      auto name = std::string(row.name);
      if (row.amount) name += fmt::format("={}", *row.amount);
      fmt::print("  {:<24}{}\n", name, row.meaning);
    }
  }
  return exit_complete;
}

int list_dialects() {
  for (const auto& dialect : teacher::dialects()) {
    fmt::print(
        "{:<18}/{}{}\n{:<18}{}\n", dialect.name, dialect.name, dialect.base, "", dialect.what);
  }
  return exit_complete;
}

void add_serving(Command command, TeacherOptions& options) {
  auto& server = options.server;
  command.add_option("--port", &server.port, "Port on 127.0.0.1; 0: any free one").shows_default();
  command.add_option("--state", &options.state, "Directory for ca.pem, port and key")
      .shows_default();
  command
      .add_option("--api-key-env",
                  &options.key_env,
                  "Variable with the key that is accepted; "
                  "unset: a key is made and written to <state>/key")
      .shows_default();
  command.add_option("--policy",
                     &options.policies,
                     "One more model, NAME:key=value,...; keys temperature, influence, floor, "
                     "corpus (almanac, harbour)");
  command
      .add_option("--dialect",
                  &server.dialect,
                  "The dialect at the root; each also answers below its name, as in /vllm/v1, and "
                  "below NAME@MODEL")
      .shows_default();
  command.add_flag("--list-dialects", &options.list_dialects, "Print the dialects, and end");
  command.add_option("--threads", &server.threads, "Event loops").shows_default().between(1, 64);
  command
      .add_option("--context,--context-length",
                  &server.context_tokens_max,
                  "Tokens of prompt and answer together")
      .shows_default()
      .between(16, 10'000'000);
  command
      .add_option("--certificate",
                  &options.certificate,
                  "valid, expired, not-yet-valid, wrong-host or self-signed")
      .shows_default();
  command.add_option("--http", &options.http, "auto (HTTP/2 where the client offers it), 1.1 or 2")
      .shows_default();
  command
      .add_option(
          "--http2-streams", &server.http2.streams_max, "Requests at once on one HTTP/2 connection")
      .shows_default()
      .between(1, 100'000);
  command.add_flag("--plain-http", &server.plain_http, "No TLS (still on loopback only)");
  command
      .add_option("--alternatives",
                  &server.alternatives_max,
                  "Most entries of top_logprobs per token, whatever is asked for; 0: null there")
      .shows_default()
      .between(0, 5);
  command.add_flag("--precomputed",
                   &server.precomputed,
                   "Keep each answer and send it again for the same request");
}

void add_behaviour(Command command, TeacherOptions& options) {
  auto& server = options.server;
  command.add_option("--rpm", &options.rpm, "Requests per minute and key; 0: unlimited")
      .not_negative();
  command.add_option("--tpm", &options.tpm, "Tokens per minute and key; 0: unlimited")
      .not_negative();
  command
      .add_option("--max-concurrency",
                  &options.concurrency,
                  "Requests in flight per key; no header tells, 429 does")
      .not_negative();
  command.add_option("--halve-after",
                     &options.halve_after,
                     "Half of each limit from this long after the start on: 30s");
  command.add_option("--outage",
                     &options.outages,
                     "503 for everybody, from when for how long: 5s+10s; may be given again");
  command.add_option("--limiter", &options.limiter, "bucket, window (fixed) or log (sliding)")
      .shows_default();
  command.add_option("--burst", &options.burst, "What a bucket holds, as time at its rate")
      .shows_default();
  command.add_option("--limit-window", &options.window, "Span of window and log").shows_default();
  command
      .add_option("--latency",
                  &options.latency,
                  "Before each answer: 100ms, 100ms+-50ms or lognormal:100ms:0.5")
      .shows_default();
  command.add_option("--fault",
                     &options.faults,
                     "NAME (always), NAME:probability (each attempt by itself), "
                     "NAME:probability:N (the first N attempts of the contents chosen), "
                     "NAME:probability:always, or NAME@request; NAME=AMOUNT where --list-faults "
                     "shows one");
  command.add_flag("--list-faults", &options.list_faults, "Print the faults there are, and end");
  command.add_option("--seed", &server.seed, "Of faults, latency, generation and data")
      .shows_default();
  command.add_option(
      "--ledger", &options.ledger, "File that every request is billed in, as JSON lines");
  command.add_flag(
      "--ledger-sync", &server.ledger_sync, "Write each line before its answer is sent");
  command
      .add_option("--price", &options.price, "US dollars per million tokens: both ways, or IN,OUT")
      .shows_default();
}

int run_teacher(TeacherOptions& options) {
  net::keep_freed_memory(1 << 30);  // of thousands of answers that wait to be sent
  if (options.list_faults) return list_faults();
  if (options.list_dialects) return list_dialects();
  const auto ended = options.samples > 0 ? make_data(options) : serve(options);
  return ended ? *ended : report_error(ended.error());
}

}  // namespace

void add_teacher(Command app, Chosen& chosen) {
  const Command command = app.add_command(
      "teacher",
      "The embedded provider: a small language model behind an HTTPS API, until SIGTERM");
  auto options = std::make_shared<TeacherOptions>();
  add_serving(command, *options);
  add_behaviour(command, *options);
  command.add_option("--make-data",
                     &options->samples,
                     "Serve nothing: write this many samples of teacher-base as JSON lines");
  command.add_option("-o,--output", &options->output, "File of --make-data; -: standard output")
      .shows_default();
  command.add_flag("--json", &options->json, "Announce as one JSON object");
  command.when_chosen([options, &chosen] { chosen = [options] { return run_teacher(*options); }; });
}

}  // namespace assay::cli
