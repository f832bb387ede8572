#include "journal/writer.hpp"

#include "journal/builders.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

using namespace assay;
using namespace assay::journal;

namespace {

const RunId run = run_id_from(7);

// What the writer's thread told; can be waited for.
class Told {
 public:
  WriterEvents events() {
    return {.on_durable = [this](Ticket up_to) { note([&] { durable_ = up_to; }); },
            .on_failed = [this](const Error& error) { note([&] { failures_.push_back(error); }); }};
  }
  void wait_until_durable(Ticket ticket) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return durable_ >= ticket; });
  }
  void wait_until_failed() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !failures_.empty(); });
  }
  std::vector<Error> failures() {
    const std::scoped_lock lock(mutex_);
    return failures_;
  }
  Ticket durable() {
    const std::scoped_lock lock(mutex_);
    return durable_;
  }

 private:
  template <class Change>
  void note(Change change) {
    const std::scoped_lock lock(mutex_);
    change();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  Ticket durable_ = 0;
  std::vector<Error> failures_;
};

std::unique_ptr<JournalWriter> open_writer(FakeDisk& disk, Told& told, WriterOptions options = {}) {
  if (options.appender.reserve_bytes > 4096) options.appender.reserve_bytes = 4096;
  auto writer = JournalWriter::open(disk, run_path, opening_of(run), options, told.events());
  BOOST_REQUIRE(writer);
  return std::move(*writer);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(writer)

BOOST_AUTO_TEST_CASE(records_are_durable_when_the_writer_says_so) {
  FakeDisk disk;
  Told told;
  auto writer = open_writer(disk, told, {.window = std::chrono::milliseconds{1}});
  std::vector<Record> batch{score_record(0), score_record(1)};

  const auto ticket = writer->try_push(batch);

  BOOST_REQUIRE(ticket);
  BOOST_CHECK_EQUAL(*ticket, 2);
  BOOST_CHECK(batch.empty());
  told.wait_until_durable(2);
  BOOST_REQUIRE(writer->finish(Ending::unsealed));
  disk.cut_power();
  BOOST_CHECK_EQUAL(read_all(disk).keys.size(), 2);
}

BOOST_AUTO_TEST_CASE(an_urgent_record_does_not_wait_for_the_window) {
  FakeDisk disk;
  Told told;
  auto writer = open_writer(disk, told, {.window = std::chrono::hours{1}});
  std::vector<Record> grouped{score_record(0)};
  std::vector<Record> lease{LeaseRecord{}};

  BOOST_REQUIRE(writer->try_push(grouped));
  BOOST_REQUIRE(writer->try_push(lease, Urgency::at_once));

  told.wait_until_durable(2);
  BOOST_CHECK(writer->finish(Ending::sealed));
  BOOST_CHECK(read_all(disk).report.is_sealed);
}

BOOST_AUTO_TEST_CASE(a_full_queue_takes_nothing_more_until_the_disk_has_it) {
  FakeDisk disk;
  Told told;
  auto writer =
      open_writer(disk, told, {.window = std::chrono::hours{1}, .queue_bytes_max = 20000});
  Ticket last = 0;
  std::vector<Record> batch{score_record(0), score_record(1)};
  while (const auto ticket = writer->try_push(batch)) {
    last = *ticket;
    batch = {score_record(last), score_record(last + 1)};
  }
  BOOST_CHECK_EQUAL(batch.size(), 2);
  BOOST_CHECK_LT(last, 60);
  BOOST_REQUIRE(writer->finish(Ending::unsealed));
  BOOST_CHECK_EQUAL(told.durable(), last);
  BOOST_CHECK(!writer->has_room());
  BOOST_CHECK_EQUAL(read_all(disk).keys.size(), last);
}

BOOST_AUTO_TEST_CASE(a_batch_larger_than_the_queue_is_taken_alone) {
  FakeDisk disk;
  Told told;
  auto writer = open_writer(disk, told, {.queue_bytes_max = 1000});
  std::vector<Record> batch;
  for (std::uint64_t i = 0; i < 10; ++i) batch.emplace_back(score_record(i));

  BOOST_CHECK(writer->try_push(batch));

  told.wait_until_durable(10);
  BOOST_CHECK(writer->finish(Ending::sealed));
}

BOOST_AUTO_TEST_CASE(a_failed_sync_stops_admission_and_is_told_once) {
  FakeDisk disk;
  Told told;
  auto writer = open_writer(disk, told, {.window = std::chrono::milliseconds{0}});
  disk.arm(FakeDisk::Fault{.operation = FakeDisk::Operation::sync, .nth = 1, .error = EIO});
  std::vector<Record> batch{score_record(0)};
  BOOST_REQUIRE(writer->try_push(batch));

  told.wait_until_failed();

  batch = {score_record(1)};
  BOOST_CHECK(!writer->has_room());
  BOOST_CHECK(!writer->try_push(batch));
  BOOST_CHECK_EQUAL(told.durable(), 0);
  const Status ended = writer->finish(Ending::sealed);
  BOOST_REQUIRE(!ended);
  BOOST_CHECK(ended.error().code == Errc::io);
  BOOST_CHECK(ended.error().detail.find("000001.jsonl") != std::string::npos);
  BOOST_CHECK(ended.error().detail.find("Input/output error") != std::string::npos);
  BOOST_CHECK_EQUAL(told.failures().size(), 1);
}

BOOST_AUTO_TEST_CASE(a_full_disk_fails_the_run_but_keeps_what_was_queued) {
  FakeDisk disk;
  Told told;
  WriterOptions options{.window = std::chrono::milliseconds{0}};
  options.appender.reserve_bytes = 4096;
  auto writer = open_writer(disk, told, options);
  disk.arm(FakeDisk::Fault{.operation = FakeDisk::Operation::write, .nth = 1, .error = ENOSPC});
  std::vector<Record> batch{score_record(0), score_record(1)};
  BOOST_REQUIRE(writer->try_push(batch));

  told.wait_until_failed();

  const Status ended = writer->finish(Ending::unsealed);
  BOOST_REQUIRE(!ended);
  BOOST_CHECK(ended.error().code == Errc::disk_full);
  BOOST_CHECK_EQUAL(told.durable(), 2);
  BOOST_CHECK_EQUAL(read_all(disk).keys.size(), 2);
}

BOOST_AUTO_TEST_CASE(loops_on_several_threads_share_one_queue) {
  FakeDisk disk;
  Told told;
  constexpr std::uint64_t per_loop = 500;
  auto writer =
      open_writer(disk, told, {.window = std::chrono::milliseconds{0}, .queue_bytes_max = 30000});
  {
    std::vector<std::jthread> loops;
    for (std::uint64_t loop = 0; loop < 4; ++loop) {
      loops.emplace_back([&writer, loop] {
        for (std::uint64_t i = 0; i < per_loop; ++i) {
          std::vector<Record> batch{score_record(loop * per_loop + i)};
          while (!writer->try_push(batch)) std::this_thread::yield();
        }
      });
    }
  }
  BOOST_REQUIRE(writer->finish(Ending::sealed));

  const Reading reading = read_all(disk);

  BOOST_CHECK_EQUAL(told.durable(), 4 * per_loop);
  BOOST_CHECK_EQUAL(std::set(reading.keys.begin(), reading.keys.end()).size(), 4 * per_loop);
  BOOST_CHECK(reading.report.is_sealed);
}

BOOST_AUTO_TEST_SUITE_END()
