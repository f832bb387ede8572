// What does an answer cost on two loops, against one? The whole run but its sockets: answers like a
// provider's are handed to the loops at once and go through proof, dispatcher and journal to the
// disk. Beyond one core's worth, only what the loops share can cost more.
//
//   bench_replay [--smoke] [--json FILE]
//
// CPU is user and system time of the process, journal's thread and planning included; runs of one
// and of two loops take turns, and the medians are compared.

#include "assay/ensure.hpp"
#include "core/rng.hpp"
#include "crawl/score_run.hpp"
#include "crawl/scoring_call.hpp"
#include "frame/process.hpp"
#include "journal/posix_storage.hpp"
#include "net/loop_state.hpp"
#include "support/temp_directory.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <future>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

using namespace assay;

constexpr double bar = 1.1;
constexpr double aim = 1.05;
constexpr std::size_t token_bytes = 4;
constexpr std::size_t tokens = 988;  // performance.md

struct Shape {
  std::size_t texts = 200;
  std::size_t policies = 50;
  std::size_t rounds = 5;
  std::size_t in_flight = 256;
};

// Texts of lower-case letters and blanks, of 988 tokens of four bytes; twenty are the response's.
class Texts : public SampleSource {
 public:
  explicit Texts(std::size_t count) {
    constexpr std::string_view letters = "etaoin shrdlu cmfwyp";
    for (std::size_t row = 0; row < count; ++row) {
      Rng rng(row);
      Sample sample;
      sample.row = row;
      sample.id = fmt::format("row_{}", row);
      sample.source = "bench";
      while (sample.prompt.size() < (tokens - 20) * token_bytes) {
        sample.prompt += letters[rng.below(letters.size())];
      }
      while (sample.response.size() < 20 * token_bytes) {
        sample.response += letters[rng.below(letters.size())];
      }
      rows_.emplace_back(std::move(sample));
    }
  }
  Result<const Row*> next() override { return at_ < rows_.size() ? &rows_[at_++] : nullptr; }
  Status rewind() override { return at_ = 0, Status{}; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
  std::size_t at_ = 0;
};

// As providers write it: four columns of which three are filled, log-probs of 17 digits.
std::string answer_to(std::string_view text, Rng& rng) {
  std::string list;
  std::string nats = "null";
  std::string offsets;
  for (std::size_t at = 0; at < text.size(); at += token_bytes) {
    fmt::format_to(
        std::back_inserter(list), "{}\"{}\"", at ? "," : "", text.substr(at, token_bytes));
    fmt::format_to(std::back_inserter(offsets), "{}{}", at ? "," : "", at);
    if (at) fmt::format_to(std::back_inserter(nats), ",{}", -3.0 * rng.uniform() - 1e-3);
  }
  return fmt::format(
      R"({{"id":"cmpl-1","object":"text_completion","created":1780000000,"model":"m","choices":)"
      R"([{{"index":0,"text":"{}","logprobs":{{"tokens":[{}],"token_logprobs":[{}],)"
      R"("top_logprobs":null,"text_offset":[{}]}},"finish_reason":"length"}}],)"
      R"("usage":{{"prompt_tokens":{},"completion_tokens":0,"total_tokens":{}}}}})",
      text,
      list,
      nats,
      offsets,
      tokens,
      tokens);
}

// By the request's body.
using Recorded = std::unordered_map<std::string, std::string>;

class Replay final : public crawl::Carrier {
 public:
  Replay(net::Loop& loop, const Recorded& recorded) : io_(loop.state().io), recorded_(recorded) {}

  void start(net::Request request, net::Client::Done done) override {
    if (request.write_body) request.write_body(request.body);
    const std::string& bytes = recorded_.at(request.body);
    net::Body body;
    body.reserve(bytes.size());
    body.append(bytes);
    body.seal();
    net::Answer answer(200, nullptr, {}, std::move(body));
    boost::asio::post(io_, [done = std::move(done), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    });
  }
  void cancel_all() override {}

 private:
  boost::asio::io_context& io_;
  const Recorded& recorded_;
};

crawl::RunSpec spec_for(const std::filesystem::path& directory, const Shape& shape) {
  crawl::RunSpec spec;
  spec.directory = directory;
  spec.start.version = "bench";
  spec.start.config_text = "run: {}\n";
  for (std::size_t i = 0; i < shape.policies; ++i) {
    Policy policy;
    policy.name = fmt::format("p{}", i);
    policy.model = "m";
    policy.weights = fmt::format("w{}", i);
    policy.endpoints = {"replay"};
    spec.policies.push_back(std::move(policy));
  }
  crawl::EndpointSpec endpoint;
  endpoint.name = "replay";
  endpoint.dialect = wire::find_dialect("openai");
  endpoint.client.origin = *net::parse_origin("http://127.0.0.1:1/v1");
  endpoint.terms.concurrency = static_cast<std::int64_t>(shape.in_flight);
  spec.endpoints.push_back(std::move(endpoint));
  return spec;
}

Recorded record(const Texts& texts, const crawl::RunSpec& spec) {
  Recorded recorded;
  Rng rng(1);
  for (const Row& row : texts.rows()) {
    const crawl::Work work{
        .item = 0,
        .row = row->row,
        .policy = 0,
        .key = {},
        .canary = std::nullopt,
        .rendering = std::make_shared<const crawl::Rendering>(wire::render("none", "", *row))};
    std::string body;
    crawl::ScoringCall(spec, work).append_body(body);
    recorded.emplace(std::move(body), answer_to(work.rendered()->text, rng));
  }
  return recorded;
}

// CPU microseconds per answer.
double run(Texts& texts, const Recorded& recorded, const Shape& shape, unsigned loops) {
  const test::TempDirectory folder;
  crawl::RunSpec spec = spec_for(folder / "run", shape);
  spec.loops = loops;
  spec.endpoints[0].carrier = [&recorded](net::Loop& loop) {
    return std::make_unique<Replay>(loop, recorded);
  };
  ensure(texts.rewind().has_value(), "a list rewinds");
  const double before = bench::cpu_seconds();
  std::uint64_t scored = 0;
  {
    auto prepared = crawl::ScoreRun::prepare(journal::posix_storage(), std::move(spec), texts);
    ensure(prepared.has_value(), "the run can be planned");
    std::promise<void> ended;
    ensure((*prepared)->start([&ended] { ended.set_value(); }).has_value(), "the run starts");
    ended.get_future().wait();
    const auto report = (*prepared)->finish();
    ensure(report.has_value() && !report->stop, "the run ends by itself");
    scored = report->scored;
  }
  const double after = bench::cpu_seconds();
  ensure(scored == shape.texts * shape.policies, "every answer is proved");
  return 1e6 * (after - before) / static_cast<double>(scored);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  Shape shape;
  const char* json = nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--smoke") shape = {.texts = 20, .policies = 3, .rounds = 1};
    if (option == "--json" && i + 1 < argc) json = argv[i + 1];
  }
  Texts texts(shape.texts);
  const Recorded recorded = record(texts, spec_for("run", shape));
  std::vector<double> one;
  std::vector<double> two;
  for (std::size_t round = 0; round < shape.rounds; ++round) {
    one.push_back(run(texts, recorded, shape, 1));
    two.push_back(run(texts, recorded, shape, 2));
  }
  const double ratio = median(two) / median(one);
  fmt::print("What does an answer cost on two loops, against one, without sockets?\n");
  fmt::print("  one loop    {:>7.1f} us CPU per answer\n", median(one));
  fmt::print("  two loops   {:>7.1f} us   ratio {:.2f}, at most {}, aim {}\n",
             median(two),
             ratio,
             bar,
             aim);
  if (json != nullptr) {
    std::ofstream(json) << fmt::format(R"({{"one_us":{},"two_us":{},"ratio":{},"at_most":{}}})"
                                       "\n",
                                       median(one),
                                       median(two),
                                       ratio,
                                       bar);
  }
  return 0;
}
