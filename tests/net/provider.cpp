#include "net/provider.hpp"

#include "assay/content_key.hpp"
#include "teacher/fault.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <functional>

namespace assay::net::testing {

namespace {

constexpr const char* model = "teacher-base";

std::string prompt_of(std::size_t number) {
  return "Request number " + std::to_string(number) + " of the delivery.";
}

// The value of a key whose value is a plain string or a number, as the ledger writes it.
std::string value_of(const std::string& line, const std::string& key) {
  const std::size_t at = line.find("\"" + key + "\":");
  if (at == std::string::npos) return {};
  std::size_t begin = at + key.size() + 3;
  if (line[begin] == '"') ++begin;
  return line.substr(begin, line.find_first_of("\",}", begin) - begin);
}

}  // namespace

Provider::Provider(teacher::ServerOptions options, const std::vector<std::string>& faults) {
  options.state_dir = directory_.path();
  options.ledger = directory_ / "ledger.jsonl";
  for (const std::string& fault : faults) {
    options.faults.rules.push_back(teacher::parse_fault_rule(fault).value());
  }
  auto server = teacher::Server::start(std::move(options));
  BOOST_REQUIRE(server.has_value());
  server_ = std::move(*server);
}

ClientOptions Provider::options() const {
  return Caller::options_for(server_->port());
}

std::shared_ptr<TlsContext> Provider::trust() const {
  auto context = TlsContext::open({.cert_file = World::get().nobody.path(),
                                   .cert_dir = "/nonexistent",
                                   .ca_file = server_->ca_file().string()});
  BOOST_REQUIRE(context.has_value());
  return *context;
}

std::map<std::string, std::size_t> Provider::billed() {
  server_->flush_ledger();
  std::map<std::string, std::size_t> counts;
  std::ifstream file(directory_ / "ledger.jsonl");
  for (std::string line; std::getline(file, line);) {
    if (value_of(line, "status") == "200") ++counts[value_of(line, "content")];
  }
  return counts;
}

Delivery deliver_all(Caller& caller, std::size_t count) {
  Delivery delivery;
  delivery.maybe_billed.resize(count);
  std::function<void(std::size_t)> send = [&](std::size_t number) {
    const std::string body = R"({"model":")" + std::string(model) + R"(","prompt":")" +
                             prompt_of(number) + R"(","echo":true,"logprobs":1,"max_tokens":0})";
    caller.client().start({.target = "/completions", .body = body},
                          [&, number](ExchangeResult result) {
                            if (result && result->status() == 200) {
                              ++delivery.answered;
                              return;
                            }
                            if (!result && result.error().possibly_billed) {
                              ++delivery.maybe_billed[number];
                            } else {
                              ++delivery.unbilled;
                            }
                            send(number);
                          });
  };
  for (std::size_t number = 0; number < count; ++number) send(number);
  caller.run_until([&] { return delivery.answered == count; });
  return delivery;
}

void check_ledger(Provider& provider, const Delivery& delivery) {
  const auto billed = provider.billed();
  BOOST_TEST(billed.size() == delivery.maybe_billed.size());
  for (std::size_t number = 0; number < delivery.maybe_billed.size(); ++number) {
    const auto content = to_hex(teacher::content_digest(model, prompt_of(number)));
    const auto found = billed.find(content);
    BOOST_REQUIRE(found != billed.end());
    BOOST_TEST(found->second <= 1 + delivery.maybe_billed[number]);
  }
}

}  // namespace assay::net::testing
