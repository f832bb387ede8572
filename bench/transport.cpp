// What does our transport cost by itself? Posts bodies through net::Client and throws the answers
// away: what wrk does, but with the server's certificate verified. Not a Question: scripts/bench
// runs it beside the rivals.
//
//   bench_transport URL KEY_VARIABLE CA_FILE BODIES CONCURRENCY ANSWERS [HTTP]
//   bench_transport --smoke
//
// BODIES holds one request body per line; HTTP is 1.1 (a connection for each of CONCURRENCY), or 2
// (one for each hundred). Prints the number of answers with status 200, then the resident memory in
// KB and the connections that stand idle when all is answered.

#include "net/client.hpp"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <malloc.h>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace assay;

struct Load {
  std::vector<std::string> bodies;
  std::size_t answers = 0;
  std::size_t sent = 0;
  std::size_t done = 0;
  std::size_t good = 0;
};

void post_next(net::Client& client, boost::asio::io_context& io, Load& load) {
  if (load.sent == load.answers) return;
  net::Request request{.target = "/completions",
                       .body = load.bodies[load.sent++ % load.bodies.size()]};
  client.start(std::move(request), [&](const net::ExchangeResult& result) {
    ++load.done;
    load.good += result && result->status() == 200 ? 1 : 0;
    if (load.done == load.answers) return io.stop();
    post_next(client, io, load);
  });
}

// As the kernel counts it now, not at its peak, without what the heap has kept of freed answers.
long resident_kilobytes() {
  ::malloc_trim(0);
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

int run(char** argv, bool http2) {
  const char* const key = std::getenv(argv[2]);
  auto origin = net::parse_origin(argv[1]);
  auto tls = net::TlsContext::open({.cert_file = "", .cert_dir = "", .ca_file = argv[3]});
  Load load;
  std::ifstream in(argv[4]);
  for (std::string line; std::getline(in, line);) load.bodies.push_back(std::move(line));
  const auto concurrency = static_cast<std::size_t>(std::atol(argv[5]));
  load.answers = static_cast<std::size_t>(std::atol(argv[6]));
  if (!origin || !tls || key == nullptr || load.bodies.empty() || load.answers == 0) {
    fmt::print(stderr,
               "bench_transport: check URL, the key's variable, CA_FILE, BODIES, ANSWERS\n");
    return 2;
  }
  net::ClientOptions options;
  options.origin = *origin;
  options.http = http2 ? net::HttpVersion::http2 : net::HttpVersion::http1;
  options.connections_max = http2 ? (concurrency + 99) / 100 : concurrency;
  options.headers.push_back({"content-type", "application/json"});
  options.secret_headers.push_back({"authorization", "Bearer ", Secret{key}});
  boost::asio::io_context io{1};
  net::Loop loop(io);
  auto client = net::Client::open(loop, *tls, std::move(options));
  if (!client) return fmt::print(stderr, "{}\n", client.error().detail), 2;
  for (std::size_t i = 0; i < concurrency; ++i) post_next(*client, io, load);
  auto work = boost::asio::make_work_guard(io);
  io.run();
  fmt::print("{}\n{} KB, {} idle\n", load.good, resident_kilobytes(), client->gauges().idle);
  return load.good == load.answers ? 0 : 1;
}

// Without a server: an origin where nobody listens gives a failure for each request, and no more.
int smoke() {
  boost::asio::io_context io{1};
  net::Loop loop(io);
  net::ClientOptions options;
  options.origin = *net::parse_origin("http://127.0.0.1:9");
  auto client = net::Client::open(loop, nullptr, std::move(options));
  if (!client) return 1;
  Load load{.bodies = {"{}"}, .answers = 3};
  post_next(*client, io, load);
  auto work = boost::asio::make_work_guard(io);
  io.run();
  return load.done == 3 && load.good == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  net::keep_freed_memory();
  if (argc == 2 && std::string_view(argv[1]) == "--smoke") return smoke();
  if (argc != 7 && argc != 8) return fmt::print(stderr, "see the top of transport.cpp\n"), 2;
  return run(argv, argc == 8 && std::string_view(argv[7]) == "2");
}
