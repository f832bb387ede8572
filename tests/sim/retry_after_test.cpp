// Every form in which a server says when to come back, through the real reader of headers, the real
// dispatcher and simulated time: never undercut, and never a hot loop.

#include "clockwork.hpp"
#include "pace/dispatcher.hpp"
#include "pace/printers.hpp"
#include "wire/hints.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace assay::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Form {
  std::string name;
  std::vector<HeaderField> headers;
  std::optional<Duration> floor{};  // nothing: no hint, own back-off

  friend std::ostream& operator<<(std::ostream& out, const Form& form) { return out << form.name; }
};

constexpr HeaderField date{"date", "Sun, 06 Nov 1994 08:49:37 GMT"};

HeaderField after(std::string_view value) {
  return {"retry-after", value};
}

const std::vector<Form> forms{
    {"seconds", {after("2")}, seconds(2)},
    {"spaces around", {after("  2 \t")}, seconds(2)},
    {"decimal", {after("1.5")}, milliseconds(1'500)},
    {"milliseconds", {{"retry-after-ms", "1500"}}, milliseconds(1'500)},
    {"milliseconds before seconds", {after("1"), {"retry-after-ms", "1500"}}, milliseconds(1'500)},
    {"a date against the answer's own", {date, after("Sun, 06 Nov 1994 08:49:40 GMT")}, seconds(3)},
    {"a date as RFC 850", {date, after("Sunday, 06-Nov-94 08:49:40 GMT")}, seconds(3)},
    {"a date as asctime", {date, after("Sun Nov  6 08:49:40 1994")}, seconds(3)},
    {"a date that is past", {date, after("Sun, 06 Nov 1994 08:49:30 GMT")}},
    {"a date without the answer's own", {after("Sun, 06 Nov 1994 08:49:40 GMT")}},
    {"zero", {after("0")}},
    {"negative", {after("-5")}},
    {"NaN", {after("NaN")}},
    {"infinite", {after("inf")}},
    {"empty", {after("")}},
    {"a word", {after("soon")}},
    {"two values", {after("1"), after("3")}},
    {"two values in one", {after("1, 3")}},
    {"beyond a month", {after("99999999999999999999")}},
    {"beyond the cap of a pause", {after("300")}, seconds(300)},
};

// Everything is refused in the first twenty seconds.
class Stage {
 public:
  Stage(const Form& form, std::int64_t concurrency, std::uint64_t seed)
      : form_(form),
        ledger_({}, {pace::Caps{}}, limits_),
        pacer_(terms_of(concurrency), limits_, Instant{}, Rng(seed)),
        dispatcher_(run_terms(), ledger_, [] {}, Instant{}, Rng(seed + 1)) {
    std::vector<pace::WorkItem> items;
    for (std::uint64_t i = 0; i < 20; ++i) {
      items.push_back({pace::WorkItemId{i}, pace::PolicyId{0}, test::bound(10)});
    }
    dispatcher_.offer(items);
    dispatcher_.finish();
  }

  void run() {
    poll();
    while (!dispatcher_.done() && !clock_.empty()) clock_.step();
  }

  // Between a refusal and the next request of anybody; of the same item.
  Duration pause_min = Duration::max();
  Duration row_pause_min = Duration::max();
  std::size_t ended = 0;

 private:
  static pace::EndpointTerms terms_of(std::int64_t concurrency) {
    pace::EndpointTerms terms;
    terms.concurrency = concurrency;
    return terms;
  }
  pace::RunTerms run_terms() {
    pace::RunTerms terms;
    terms.limits = limits_;
    terms.policies = {{{pace::Offering{pace::EndpointId{0}, std::nullopt}}}};
    terms.endpoints = {&pacer_};
    return terms;
  }

  void poll() {
    while (auto action = dispatcher_.poll_action(clock_.now())) {
      if (const auto* sent = std::get_if<pace::Send>(&*action)) send(*sent);
      if (std::holds_alternative<pace::Record>(*action)) {
        ++ended;
        dispatcher_.on_synced(1, clock_.now());
      }
    }
    if (const auto wakeup = dispatcher_.next_wakeup(clock_.now()))
      clock_.at(*wakeup, [this] { poll(); });
  }

  void send(const pace::Send& sent) {
    const Instant now = clock_.now();
    if (refused_at_) pause_min = std::min(pause_min, now - *refused_at_);
    const auto item = static_cast<std::size_t>(sent.items.front());
    if (rows_[item]) row_pause_min = std::min(row_pause_min, now - *rows_[item]);
    clock_.after(milliseconds(5), [this, item, request = sent.request] { answer(item, request); });
  }

  void answer(std::size_t item, pace::RequestId request) {
    const Instant now = clock_.now();
    if (now - Instant{} < seconds(20)) {
      pace::Reply reply = test::failed(FailureClass::rate_limited, 429);
      reply.observation = wire::observe(429, form_.headers, wire::BodyHints{});
      refused_at_ = rows_[item] = now;
      dispatcher_.on_reply(request, std::move(reply), now);
    } else {
      refused_at_.reset();
      dispatcher_.on_reply(request, test::answered(5), now);
    }
    poll();
  }

  const Form& form_;
  pace::Limits limits_;
  pace::SharedLedger ledger_;
  pace::SharedPacer pacer_;
  pace::Dispatcher dispatcher_;
  Clockwork clock_;
  std::optional<Instant> refused_at_;  // of anybody, lately
  std::optional<Instant> rows_[20];
};

}  // namespace

BOOST_AUTO_TEST_SUITE(retry_after)

BOOST_DATA_TEST_CASE(no_form_is_undercut_or_ends_in_a_hot_loop,
                     boost::unit_test::data::make(forms) * boost::unit_test::data::make({1, 8}),
                     form,
                     concurrency) {
  constexpr Duration slack = milliseconds(20);
  const pace::Limits limits;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Stage stage(form, concurrency, seed);
    stage.run();
    BOOST_TEST(stage.ended == 20u);
    // Nobody waits longer than hint_max for what one row was told.
    const Duration floor = form.floor.value_or(limits.delay_min);
    BOOST_TEST((stage.pause_min >= std::min(floor, limits.hint_max) - slack));
    BOOST_TEST((stage.row_pause_min >= floor - slack));
    BOOST_TEST((stage.pause_min >= limits.delay_min));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::sim
