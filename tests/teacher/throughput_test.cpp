// What an echo answer costs the teacher, in CPU time of its own threads, over plain HTTP: it is the
// opponent in benchmarks. Prints the figures; asserts what does not hang on the machine.
//
//   build/tests/teacher_test --run_test=throughput

#include "teacher/client.hpp"
#include "teacher/language.hpp"
#include "teacher/reading.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <ctime>

namespace assay::teacher {

namespace {

constexpr std::size_t texts = 500;
constexpr std::size_t tokens_each = 50;
constexpr std::size_t rounds = 20;
constexpr std::size_t connections = 25;

// Texts of the model's own, each of exactly `tokens_each` tokens.
std::vector<std::string> requests_of_fifty_tokens() {
  const auto& model = bundled_model("teacher-base");
  std::vector<std::string> requests;
  Reading reading(model);
  Rng rng(3);
  while (requests.size() < texts) {
    reading.restart();
    std::string prompt;
    for (std::size_t i = 0; i < tokens_each; ++i) {
      const auto token = reading.sample(1, rng);
      prompt += model.vocabulary().bytes_of(token);
      reading.advance(token);
    }
    if (model.vocabulary().encode(prompt).size() != tokens_each) continue;
    const auto body = test::echo_body("teacher-base", prompt);
    requests.push_back(
        fmt::format("POST /v1/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: "
                    "application/json\r\ncontent-length: {}\r\n\r\n{}",
                    body.size(),
                    body));
  }
  return requests;
}

double cpu_seconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}
// Of all threads but this one.
double others_cpu_seconds() {
  return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
}

struct Cost {
  double seconds = 0;
  std::size_t answers = 0;
  std::size_t body_bytes = 0;
};

// Each request in turn on each connection, all connections at once, as many clients would.
Cost ask(std::vector<test::Client>& clients, const std::vector<std::string>& requests) {
  Cost cost;
  const auto before = others_cpu_seconds();
  for (std::size_t at = 0; at < requests.size(); at += clients.size()) {
    for (std::size_t i = 0; i < clients.size(); ++i) clients[i].send(requests[at + i]);
    for (auto& client : clients) {
      const auto answer = client.receive();
      BOOST_REQUIRE((answer && answer->status == 200));
      ++cost.answers;
      cost.body_bytes += answer->body.size();
    }
  }
  cost.seconds = others_cpu_seconds() - before;
  return cost;
}

Cost measure(bool precomputed) {
  ServerOptions options;
  options.plain_http = true;
  options.precomputed = precomputed;
  test::ServerFixture teacher(std::move(options));
  std::vector<test::Client> clients;
  for (std::size_t i = 0; i < connections; ++i) clients.emplace_back(teacher.server());
  const auto requests = requests_of_fifty_tokens();
  static_cast<void>(ask(clients, requests));  // warms up, and fills the cache
  Cost total;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto cost = ask(clients, requests);
    total.seconds += cost.seconds;
    total.answers += cost.answers;
    total.body_bytes += cost.body_bytes;
  }
  return total;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(throughput)

BOOST_AUTO_TEST_CASE(what_an_echo_of_fifty_tokens_costs_is_printed) {
  for (const bool precomputed : {false, true}) {
    const auto cost = measure(precomputed);
    BOOST_TEST(cost.answers == texts * rounds);
    BOOST_TEST(cost.body_bytes / cost.answers > tokens_each * 20);
    fmt::print(
        "{:<12} {:5.1f} us of CPU per answer of {} bytes, {:>7.0f} answers a second on one core\n",
        precomputed ? "precomputed" : "computed",
        1e6 * cost.seconds / static_cast<double>(cost.answers),
        cost.body_bytes / cost.answers,
        static_cast<double>(cost.answers) / cost.seconds);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
