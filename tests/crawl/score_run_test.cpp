// The whole run without a provider: nothing listens, or everything is done already.

#include "crawl/score_run.hpp"

#include "crawl/list_source.hpp"
#include "journal/posix_storage.hpp"
#include "net/loop_state.hpp"
#include "support/builders.hpp"
#include "support/temp_directory.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <utility>

namespace assay::crawl {
namespace {

RunSpec spec_for(const std::filesystem::path& directory) {
  RunSpec spec;
  spec.directory = directory;
  spec.start.version = "test";
  spec.start.config_text = "run: {}\n";
  spec.policies = {test::policy("a")};
  EndpointSpec endpoint;
  endpoint.name = "local";
  endpoint.dialect = wire::find_dialect("openai");
  endpoint.client.origin =
      net::parse_origin("http://127.0.0.1:1/v1").value();  // nothing listens there
  endpoint.terms.concurrency = 4;
  spec.endpoints.push_back(std::move(endpoint));
  spec.limits.unavailable_after = std::chrono::milliseconds{200};
  spec.limits.probe_interval = std::chrono::milliseconds{50};
  return spec;
}

// Holds all requests back for a while, then refuses them, and every later one at once.
class Holding final : public Carrier {
 public:
  Holding(net::Loop& loop, std::size_t& held_max) : timer_(loop.state().io), held_max_(held_max) {}

  void start(net::Request, net::Client::Done done) override {
    held_.push_back(std::move(done));
    if (!over_) held_max_ = std::max(held_max_, held_.size());  // later ones hold one item each
    if (held_.size() > 1) return;
    timer_.expires_after(over_ ? Duration{} : std::chrono::milliseconds{300});
    timer_.async_wait([this](boost::system::error_code) {
      over_ = true;
      for (net::Client::Done& one : std::exchange(held_, {})) {
        TransportFailure failure{.cls = FailureClass::unsupported, .reason = "held back"};
        one(std::unexpected(net::ExchangeFailure(std::move(failure))));
      }
    });
  }
  void cancel_all() override {}

 private:
  boost::asio::steady_timer timer_;
  std::size_t& held_max_;
  std::vector<net::Client::Done> held_;
  bool over_ = false;
};

// Answers every request with this text, or refuses it when there is none.
class Saying final : public Carrier {
 public:
  Saying(net::Loop& loop, std::string text) : io_(loop.state().io), text_(std::move(text)) {}

  void start(net::Request, net::Client::Done done) override {
    boost::asio::post(io_, [this, done = std::move(done)]() mutable {
      if (text_.empty()) {
        TransportFailure failure{.cls = FailureClass::unsupported, .reason = "refused"};
        return done(std::unexpected(net::ExchangeFailure(std::move(failure))));
      }
      net::Body body;
      body.reserve(text_.size());
      body.append(text_);
      body.seal();
      done(net::Answer(200, nullptr, {}, std::move(body)));
    });
  }
  void cancel_all() override {}

 private:
  boost::asio::io_context& io_;
  std::string text_;
};

std::string journal_of(const std::filesystem::path& run) {
  std::string text;
  for (const auto& segment : std::filesystem::directory_iterator(run / "journal")) {
    std::ifstream file(segment.path(), std::ios::binary);
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  return text;
}

RunReport run_to_end(ScoreRun& run) {
  std::promise<void> ended;
  BOOST_REQUIRE(run.start([&ended] { ended.set_value(); }).has_value());
  BOOST_REQUIRE(
      (ended.get_future().wait_for(std::chrono::seconds{60}) == std::future_status::ready));
  auto report = run.finish();
  BOOST_REQUIRE(report.has_value());
  return *report;
}

BOOST_AUTO_TEST_SUITE(score_run)

BOOST_AUTO_TEST_CASE(equal_work_is_planned_once_and_bad_rows_keep_their_place) {
  test::TempDirectory directory;
  test::ListSource samples({"same", "other", "same", ""});
  auto run = ScoreRun::prepare(journal::posix_storage(), spec_for(directory / "run"), samples);
  BOOST_REQUIRE(run.has_value());
  BOOST_TEST((*run)->plan().items == 4u);
  BOOST_TEST((*run)->plan().distinct == 2u);
  BOOST_TEST((*run)->plan().to_do == 2u);
  BOOST_TEST((*run)->plan().unusable == 1u);
}

BOOST_AUTO_TEST_CASE(a_provider_that_is_gone_stops_the_run_and_fails_no_item) {
  test::TempDirectory directory;
  test::ListSource samples(std::vector<std::string>(20, "text"));
  auto run = ScoreRun::prepare(journal::posix_storage(), spec_for(directory / "run"), samples);
  BOOST_REQUIRE(run.has_value());
  const RunReport report = run_to_end(**run);
  BOOST_REQUIRE(report.stop.has_value());
  BOOST_TEST((report.stop->cause == StopCause::unavailable));
  BOOST_TEST(report.scored == 0u);
  BOOST_TEST(report.failed == 0u);
}

BOOST_AUTO_TEST_CASE(as_many_requests_of_several_prompts_fly_as_may) {
  test::TempDirectory directory;
  std::vector<std::string> responses;
  for (int row = 0; row < 2'000; ++row) responses.push_back("text " + std::to_string(row));
  test::ListSource samples(std::move(responses));
  RunSpec spec = spec_for(directory / "run");
  std::size_t held_max = 0;
  spec.endpoints[0].prompts_per_request_max = 16;
  spec.endpoints[0].terms.concurrency = 100;
  spec.endpoints[0].carrier = [&held_max](net::Loop& loop) {
    return std::make_unique<Holding>(loop, held_max);
  };
  auto run = ScoreRun::prepare(journal::posix_storage(), std::move(spec), samples);
  BOOST_REQUIRE(run.has_value());
  static_cast<void>(run_to_end(**run));
  BOOST_TEST(held_max >= 100u);
}

BOOST_AUTO_TEST_CASE(a_record_holds_nothing_of_what_a_stand_in_answered_when_it_was_compared) {
  test::TempDirectory directory;
  test::ListSource samples({"text"});
  RunSpec spec = spec_for(directory / "run");
  spec.detail = journal::Detail::debug;
  spec.endpoints.push_back(spec.endpoints.front());
  spec.endpoints[1].name = "stand_in";
  spec.policies[0].endpoints = {"local", "stand_in"};
  spec.endpoints[0].carrier = [](net::Loop& loop) { return std::make_unique<Saying>(loop, ""); };
  spec.endpoints[1].carrier = [](net::Loop& loop) {
    return std::make_unique<Saying>(loop, R"({"model":"not mine","choices":[]})");
  };
  auto run = ScoreRun::prepare(journal::posix_storage(), std::move(spec), samples);
  BOOST_REQUIRE(run.has_value());
  const RunReport report = run_to_end(**run);
  BOOST_TEST(report.requests == 2u);
  BOOST_TEST(report.failed == 1u);
  const std::string journal = journal_of(directory / "run");
  BOOST_TEST(journal.find("refused") != std::string::npos);
  BOOST_TEST(journal.find("not mine") == std::string::npos);
  BOOST_TEST(journal.find("stand_in\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_text_that_is_not_utf8_is_refused_unsent_and_settled_for_good) {
  test::TempDirectory directory;
  test::ListSource samples({"\xff not text"});
  {
    auto run = ScoreRun::prepare(journal::posix_storage(), spec_for(directory / "run"), samples);
    BOOST_REQUIRE(run.has_value());
    const RunReport report = run_to_end(**run);
    BOOST_TEST(!report.stop.has_value());
    BOOST_TEST(report.failed == 1u);
    BOOST_TEST(report.requests == 0u);
  }
  auto again = ScoreRun::prepare(journal::posix_storage(), spec_for(directory / "run"), samples);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(!(*again)->is_new());
  BOOST_TEST((*again)->plan().to_do == 0u);
}

BOOST_AUTO_TEST_CASE(a_failure_is_done_again_only_when_its_class_is_named) {
  test::TempDirectory directory;
  test::ListSource samples({"\xff not text"});
  {
    auto run = ScoreRun::prepare(journal::posix_storage(), spec_for(directory / "run"), samples);
    BOOST_REQUIRE(run.has_value());
    static_cast<void>(run_to_end(**run));
  }
  RunSpec other = spec_for(directory / "run");
  other.retry_failed.classes = {FailureClass::timeout};
  RunSpec same = spec_for(directory / "run");
  same.retry_failed.classes = {FailureClass::invalid_input};
  BOOST_TEST(ScoreRun::prepare(journal::posix_storage(), std::move(other), samples)
                 .value()
                 ->plan()
                 .to_do == 0u);
  BOOST_TEST(
      ScoreRun::prepare(journal::posix_storage(), std::move(same), samples).value()->plan().to_do ==
      1u);
}

BOOST_AUTO_TEST_CASE(resume_demands_a_run) {
  test::TempDirectory directory;
  test::ListSource samples({"text"});
  RunSpec spec = spec_for(directory / "run");
  spec.must_resume = true;
  auto run = ScoreRun::prepare(journal::posix_storage(), std::move(spec), samples);
  BOOST_REQUIRE(!run.has_value());
  BOOST_TEST((run.error().code == Errc::usage));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl
