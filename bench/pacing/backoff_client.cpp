#include "pacing/backoff_client.hpp"

#include "assay/ensure.hpp"
#include "core/json_text.hpp"
#include "core/rng.hpp"
#include "net/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>

namespace assay::bench {
namespace {

constexpr int callers = 64;

struct Office {
  boost::asio::io_context io{1};
  net::Loop loop{io};
  std::optional<net::Client> client;
  Rng rng{1};
  bool mixed_sizes = false;
  bool over = false;
  std::uint64_t next = 0;
};

class Caller {
 public:
  explicit Caller(Office& office) : office_(office), timer_(office.io) {}

  void take_next() {
    if (office_.over) return;
    number_ = office_.next++;
    tries_ = 0;
    call();
  }

 private:
  void call() {
    if (office_.over) return;
    net::Request request;
    request.target = "/completions";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = R"({"model":"teacher-base","prompt":)";
    append_json_string(request.body, prompt_of(number_, office_.mixed_sizes) + "the harbour");
    request.body += R"(,"max_tokens":0,"echo":true,"logprobs":0})";
    office_.client->start(std::move(request), [this](net::ExchangeResult result) {
      if (result && result->status() == 200) return take_next();
      wait();
    });
  }

  void wait() {
    const double whole = std::min(60.0, 0.5 * std::ldexp(1.0, std::min(tries_++, 10)));
    const auto pause = std::chrono::duration<double>(whole * (0.5 + 0.5 * office_.rng.uniform()));
    timer_.expires_after(std::chrono::duration_cast<std::chrono::nanoseconds>(pause));
    timer_.async_wait([this](boost::system::error_code) { call(); });
  }

  Office& office_;
  boost::asio::steady_timer timer_;
  std::uint64_t number_ = 0;
  int tries_ = 0;
};

}  // namespace

std::string prompt_of(std::uint64_t number, bool mixed_sizes) {
  Rng rng(number + 1);
  const std::size_t bytes = mixed_sizes ? 400 + rng.below(7'600) : 100;
  std::string text = fmt::format("Log {}.", number);
  while (text.size() < bytes) text += " The pilot reads the tide and the boats wait.";
  text.resize(bytes - 1);
  return text + '\n';
}

void call_with_backoff(const std::string& base_url, bool mixed_sizes, Duration span) {
  Office office;
  office.mixed_sizes = mixed_sizes;
  net::ClientOptions options;
  options.origin = net::parse_origin(base_url).value();
  options.connections_max = callers;
  auto client = net::Client::open(office.loop, nullptr, std::move(options));
  ensure(client.has_value(), "a client can be opened");
  office.client.emplace(std::move(*client));
  std::deque<Caller> all;
  for (int i = 0; i < callers; ++i) all.emplace_back(office).take_next();
  boost::asio::steady_timer end(office.io, span);
  end.async_wait([&office](boost::system::error_code) {
    office.over = true;
    office.io.stop();
  });
  office.io.run();
  office.client.reset();
}

}  // namespace assay::bench
