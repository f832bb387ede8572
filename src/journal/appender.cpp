#include "journal/appender.hpp"

#include "assay/ensure.hpp"
#include "journal/atomic_file.hpp"
#include "journal/codec.hpp"
#include "journal/io_error.hpp"
#include "journal/reader.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

namespace assay::journal {
namespace {

// Room for a score below `detailed`, so that its text does not grow step by step.
constexpr std::size_t payload_bytes = 700;

// The payloads of the group that no later line vouches for, seals left out.
Result<std::vector<std::string>> read_tail(Storage& storage,
                                           const std::filesystem::path& path,
                                           const JournalEnd& end) {
  std::vector<std::string> payloads;
  const auto file = storage.open_to_read(path);
  if (!file) return std::unexpected(io_error("open", path, file.error()));
  std::string bytes(static_cast<std::size_t>(end.valid - end.durable), '\0');
  const auto count = read_full(storage, *file, bytes, end.durable);
  static_cast<void>(storage.close(*file));
  if (!count) return std::unexpected(io_error("read", path, count.error()));
  ensure(*count == bytes.size(), "a verified tail can be read again");
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t newline = bytes.find('\n', at);
    payloads.emplace_back(payload_of(std::string_view(bytes).substr(at, newline - at)));
    at = newline + 1;
  }
  return payloads;
}

}  // namespace

struct Appender::State {
  State(Storage& storage_in,
        std::filesystem::path run_in,
        Opening opening_in,
        AppenderOptions options_in)
      : storage(storage_in),
        run(std::move(run_in)),
        opening(std::move(opening_in)),
        options(options_in) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (file >= 0) static_cast<void>(storage.close(file));  // everything acknowledged is synced
  }

  [[nodiscard]] std::filesystem::path reserve_path() const { return run / "reserve"; }
  Status prepare();
  Status open_segment(const std::vector<std::string>& payloads);
  Status create_segment(const std::filesystem::path& path, std::string_view bytes);
  std::optional<RunRecord::Previous> previous() const;
  std::vector<std::string> payloads_of(std::span<const Record> records) const;
  Status append_group(const std::vector<std::string>& payloads);
  Status save(const std::vector<std::string>& payloads);
  void free_reserve();
  Error with_place(Error error) const;

  Storage& storage;
  std::filesystem::path run;
  Opening opening;
  AppenderOptions options;
  FileHandle file = -1;
  std::uint64_t segment = 0;  // the current one; 0 before the first
  std::uint64_t next_segment = 1;
  std::uint64_t durable = 0;      // bytes of the current segment
  std::uint64_t durable_sum = 0;  // of the last line in them
  std::uint64_t next_seq = 0;     // of the line behind them
  std::optional<LineWriter> lines;
  std::string buffer;
  // A segment has its name, but perhaps not on disk: another one in its place could contradict it.
  bool is_in_doubt = false;
  bool has_ended = false;
};

// Says how much is safe, for whoever reads the message of a failure.
Error Appender::State::with_place(Error error) const {
  error.detail += fmt::format(
      " (the first {} bytes of {} are safe)", durable, segment_path(run, segment).string());
  return error;
}

std::optional<RunRecord::Previous> Appender::State::previous() const {
  if (segment == 0) return std::nullopt;
  return RunRecord::Previous{.segment = segment, .bytes = durable, .sum = durable_sum};
}

std::vector<std::string> Appender::State::payloads_of(std::span<const Record> records) const {
  std::vector<std::string> payloads(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    payloads[i].reserve(payload_bytes);
    append_payload(payloads[i], records[i], options.detail);
  }
  return payloads;
}

// Folder, reserve, and no half-made segment of a killed process.
Status Appender::State::prepare() {
  const auto folder = journal_folder(run);
  if (const auto made = storage.make_directory(folder); !made) {
    return std::unexpected(io_error("make", folder, made.error()));
  }
  if (const auto synced = storage.sync_directory(run); !synced) {
    return std::unexpected(io_error("sync", run, synced.error()));
  }
  const auto names = storage.list(folder);
  if (!names) return std::unexpected(io_error("list", folder, names.error()));
  for (const std::string& name : *names) {
    if (!name.ends_with(".jsonl.new")) continue;
    if (const auto removed = storage.remove(folder / name); !removed) {
      return std::unexpected(io_error("remove", folder / name, removed.error()));
    }
  }
  if (options.reserve_bytes == 0) return {};
  const auto held = storage.preallocate(reserve_path(), options.reserve_bytes);
  if (!held) {
    free_reserve();
    return std::unexpected(io_error("reserve space in", reserve_path(), held.error()));
  }
  return {};
}

void Appender::State::free_reserve() {
  // Whether it is still there or not: what counts is that it is gone.
  static_cast<void>(storage.remove(reserve_path()));
}

// Made whole under another name first: the header voids the unproved tail of the segment before, so
// it may not be seen without what it carries over.
Status Appender::State::create_segment(const std::filesystem::path& path, std::string_view bytes) {
  const auto temporary = temporary_of(path);
  const auto created = storage.create(temporary);
  if (!created) return std::unexpected(io_error("create", temporary, created.error()));
  const FileHandle fresh = *created;
  Io<void> done = write_all(storage, fresh, bytes);
  if (done) done = storage.sync_file(fresh);
  if (done) done = storage.rename(temporary, path);
  if (done) {
    done = storage.sync_directory(path.parent_path());
    is_in_doubt = !done;
  }
  if (!done) {
    static_cast<void>(storage.close(fresh));
    return std::unexpected(io_error("create", path, done.error()));
  }
  if (file >= 0) static_cast<void>(storage.close(file));  // synced; nothing of it can be lost
  file = fresh;
  return {};
}

Status Appender::State::open_segment(const std::vector<std::string>& payloads) {
  const std::uint64_t number = next_segment++;
  LineWriter writer(opening.run, number, next_seq);
  std::string header;
  append_payload(header,
                 RunRecord{.run = opening.run,
                           .segment = number,
                           .config_digest = opening.config_digest,
                           .data_digest = opening.data_digest,
                           .previous = previous(),
                           .version = opening.version,
                           .time = opening.clock()},
                 options.detail);
  std::string bytes;
  writer.append(bytes, header, std::nullopt);
  const std::uint64_t header_bytes = bytes.size();
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    writer.append(bytes, payloads[i], i == 0 ? std::optional(header_bytes) : std::nullopt);
  }
  if (Status created = create_segment(segment_path(run, number), bytes); !created) return created;
  segment = number;
  durable = bytes.size();
  durable_sum = writer.last_sum();
  next_seq = writer.next_seq();
  lines = writer;
  return opening.on_segment ? opening.on_segment(number) : Status{};
}

Status Appender::State::append_group(const std::vector<std::string>& payloads) {
  if (durable >= options.segment_bytes_max) {
    if (Status rotated = open_segment({}); !rotated) return rotated;
  }
  buffer.clear();
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    lines->append(buffer, payloads[i], i == 0 ? std::optional(durable) : std::nullopt);
  }
  const auto path = segment_path(run, segment);
  if (const auto written = write_all(storage, file, buffer); !written) {
    return std::unexpected(with_place(io_error("write", path, written.error())));
  }
  if (const auto synced = storage.sync_data(file); !synced) {
    return std::unexpected(with_place(io_error("sync", path, synced.error())));
  }
  durable += buffer.size();
  durable_sum = lines->last_sum();
  next_seq = lines->next_seq();
  return {};
}

// After a full disk: never again on the same file, but the reserve has room for a further segment.
Status Appender::State::save(const std::vector<std::string>& payloads) {
  free_reserve();
  return open_segment(payloads);
}

Appender::Appender(std::unique_ptr<State> state) : state_(std::move(state)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender& Appender::operator=(Appender&&) noexcept = default;
Appender::~Appender() = default;

Result<Appender> Appender::open(Storage& storage,
                                const std::filesystem::path& run,
                                Opening opening,
                                const AppenderOptions& options) {
  auto reader = JournalReader::open(storage, run);
  if (!reader) return std::unexpected(reader.error());
  for (;;) {
    const auto block = reader->next_block();
    if (!block) return std::unexpected(block.error());
    if (block->empty()) break;
  }
  if (reader->report().run && *reader->report().run != opening.run) {
    return fail(Errc::damaged,
                fmt::format("{} belongs to another run; name the run directory it came from",
                            journal_folder(run).string()));
  }
  auto state = std::make_unique<State>(storage, run, std::move(opening), options);
  std::vector<std::string> tail;
  state->next_segment = reader->next_segment();
  if (const auto end = reader->end()) {
    state->segment = end->segment;
    state->durable = end->durable;
    state->durable_sum = end->durable_sum;
    state->next_seq = end->next_seq;
    auto read = read_tail(storage, segment_path(run, end->segment), *end);
    if (!read) return std::unexpected(read.error());
    tail = std::move(*read);
  }
  if (Status prepared = state->prepare(); !prepared) return std::unexpected(prepared.error());
  if (Status opened = state->open_segment(tail); !opened) return std::unexpected(opened.error());
  return Appender(std::move(state));
}

std::expected<void, Appender::Failed> Appender::append(std::span<const Record> records) {
  State& state = *state_;
  ensure(!state.has_ended, "nothing is appended after the end");
  if (records.empty()) return {};
  std::vector<std::string> payloads = state.payloads_of(records);
  Status appended = state.append_group(payloads);
  if (appended) return {};
  state.has_ended = true;
  Failed failed{.error = std::move(appended.error())};
  if (failed.error.code == Errc::disk_full && !state.is_in_doubt) {
    const Record note = NoteRecord{
        .topic = "disk_full", .text = failed.error.detail, .time = state.opening.clock()};
    append_payload(payloads.emplace_back(), note, state.options.detail);
    failed.saved = state.save(payloads).has_value();
    state.has_ended = !failed.saved;
  }
  return std::unexpected(std::move(failed));
}

Status Appender::append_payloads(const std::vector<std::string>& payloads) {
  ensure(!state_->has_ended, "nothing is appended after the end");
  if (payloads.empty()) return {};
  Status appended = state_->append_group(payloads);
  state_->has_ended = !appended;
  return appended;
}

Status Appender::seal() {
  State& state = *state_;
  ensure(!state.has_ended, "nothing is appended after the end");
  state.has_ended = true;
  const auto seal_here = [&state] {
    const SealRecord seal{
        .records = state.next_seq, .sum = state.durable_sum, .time = state.opening.clock()};
    std::vector<std::string> payloads(1);
    append_payload(payloads[0], seal, state.options.detail);
    return state.append_group(payloads);
  };
  Status sealed = seal_here();
  if (sealed || sealed.error().code != Errc::disk_full || state.is_in_doubt) return sealed;
  if (Status saved = state.save({}); !saved) return saved;
  return seal_here();
}

Status Appender::close() {
  State& state = *state_;
  state.has_ended = true;
  state.free_reserve();
  if (state.file < 0) return {};
  const auto closed = state.storage.close(std::exchange(state.file, -1));
  if (closed) return {};
  return std::unexpected(io_error("close", segment_path(state.run, state.segment), closed.error()));
}

std::uint64_t Appender::durable() const {
  return state_->durable;
}

std::uint64_t Appender::segment() const {
  return state_->segment;
}

}  // namespace assay::journal
