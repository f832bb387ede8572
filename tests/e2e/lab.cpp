#include "e2e/lab.hpp"

#include "teacher/language.hpp"
#include "teacher/samples.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace assay::test {
namespace {

cli::ChildOptions child_options(std::map<std::string, std::string> environment) {
  environment.emplace("ASSAY_LAB_KEY", lab_key);
  cli::ChildOptions options;
  for (auto& [name, value] : environment) options.environment.emplace_back(name, value);
  options.out = cli::Output::capture;
  options.err = cli::Output::capture;
  return options;
}

}  // namespace

Lab::Lab(teacher::ServerOptions options) {
  serve(std::move(options));
}

void Lab::replace_server(teacher::ServerOptions options) {
  options.port = server_->port();
  server_->stop();
  server_.reset();
  serve(std::move(options));
}

void Lab::serve(teacher::ServerOptions options) {
  faults_ = options.faults;
  options.state_dir = path("provider");
  options.ledger = ledger();
  if (options.keys.empty()) options.keys = {Secret{lab_key}};
  faults_.seed = options.seed;
  auto server = teacher::Server::start(std::move(options));
  BOOST_REQUIRE_MESSAGE(server.has_value(), (server ? std::string() : server.error().detail));
  server_ = std::move(*server);
}

std::string Lab::write(const std::string& name, const std::string& text) {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name).string();
}

std::string Lab::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  BOOST_REQUIRE_MESSAGE(file.good(), path(name).string() + " cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Lab::config(const std::string& data,
                        const std::string& run,
                        const std::string& extra) const {
  return fmt::format(R"(run: {{dir: {}, seed: 1, max_failure_rate: 1, loops: 1, unverified: true}}
data: {{path: {}}}
endpoints:
  - name: local
    dialect: openai
    base_url: {}
    api_key_env: ASSAY_LAB_KEY
    ca_file: {}
    limits: {{concurrency: 64}}
    price: {{input_usd_per_million: 0.20, output_usd_per_million: 0.20}}
policies:
  - {{name: base, model: teacher-base, weights: teacher-base, endpoints: [local]}}
  - {{name: warm, model: teacher-warm, weights: teacher-warm, endpoints: [local]}}
  - {{name: terse, model: teacher-base, weights: teacher-base, endpoints: [local], template: chatml, system_prompt: "Be brief."}}
logging_policy: base
{})",
                     path(run).string(),
                     data,
                     server_->base_url(),
                     server_->ca_file().string(),
                     extra);
}

cli::Child Lab::start(std::vector<std::string> arguments,
                      std::map<std::string, std::string> environment) {
  arguments.insert(arguments.begin(), ASSAY_BINARY);
  auto child = cli::Child::start(arguments, child_options(std::move(environment)));
  BOOST_REQUIRE(child.has_value());
  return std::move(*child);
}

Lab::Ended Lab::assay(std::vector<std::string> arguments,
                      std::map<std::string, std::string> environment) {
  cli::Child child = start(std::move(arguments), std::move(environment));
  cli::Child::Text text = child.read_all();
  return Ended{.exit_code = child.wait(), .out = std::move(text.out), .err = std::move(text.err)};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string comparable(const std::string& results) {
  static const std::regex varying(R"re("(latency_ms|attempts|cost_nanousd)":[^,}]*)re");
  std::string out;
  for (const std::string& line : lines_of(results))
    out += std::regex_replace(line, varying, "") + "\n";
  return out;
}

std::string generated_rows(std::size_t count, std::uint64_t seed) {
  std::string text;
  for (std::size_t index = 0; index < count; ++index) {
    teacher::append_json_line(
        text, teacher::generate_sample(teacher::bundled_model("teacher-base"), index, seed));
    text += '\n';
  }
  return text;
}

}  // namespace assay::test
