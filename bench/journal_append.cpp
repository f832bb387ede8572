// What does a record cost on its way to the disk: handed over, formatted, summed, written, synced?
// Over the CPU of a whole answer this is the journal's share, which scripts/bench prints.
//
//   bench_journal_append [--smoke]
//
// Prints microseconds of CPU (user and system, both threads) per record, the median of five runs.

#include "assay/ensure.hpp"
#include "frame/process.hpp"
#include "journal/posix_storage.hpp"
#include "journal/writer.hpp"
#include "made_journal.hpp"
#include "support/temp_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace assay;

constexpr std::size_t batch_records = 64;  // as many answers a turn of a loop brings together

// Lets a full queue be waited for.
class Room {
 public:
  void tell() {
    const std::scoped_lock lock(mutex_);
    ++groups_;
    changed_.notify_one();
  }
  [[nodiscard]] std::size_t groups() {
    const std::scoped_lock lock(mutex_);
    return groups_;
  }
  void wait_beyond(std::size_t groups) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return groups_ > groups; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t groups_ = 0;
};

std::unique_ptr<journal::JournalWriter> opened(const std::filesystem::path& run, Room& room) {
  journal::Opening opening;
  opening.run = {.bytes = {1, 2, 3}};
  opening.version = "bench";
  opening.clock = [] { return WallTime{std::chrono::milliseconds{1'780'000'000'123}}; };
  journal::WriterEvents events;
  events.on_durable = [&room](journal::Ticket) { room.tell(); };
  auto writer =
      journal::JournalWriter::open(journal::posix_storage(), run, opening, {}, std::move(events));
  ensure(writer.has_value(), "a journal can be made in a temporary directory");
  return std::move(*writer);
}

// CPU microseconds per record.
double append(std::size_t records) {
  const test::TempDirectory folder;
  std::vector<std::vector<journal::Record>> batches;
  for (std::size_t row = 0; row < records; ++row) {
    if (row % batch_records == 0) batches.emplace_back();
    batches.back().emplace_back(bench::made_record(row));
  }
  Room room;
  const auto writer = opened(folder.path(), room);
  const double before = bench::cpu_seconds();
  for (auto& batch : batches) {
    std::size_t groups = room.groups();
    while (!writer->try_push(batch, journal::Urgency::grouped)) {
      room.wait_beyond(groups);
      groups = room.groups();
    }
  }
  ensure(writer->finish(journal::Ending::sealed).has_value(), "the journal is synced");
  const double after = bench::cpu_seconds();
  return 1e6 * (after - before) / static_cast<double>(records);
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc == 2 && std::string_view(argv[1]) == "--smoke";
  std::vector<double> runs;
  for (int run = 0; run < (smoke ? 1 : 5); ++run) runs.push_back(append(smoke ? 2'000 : 100'000));
  std::ranges::sort(runs);
  fmt::print("{:.3f} us of CPU per record\n", runs[runs.size() / 2]);
  return 0;
}
