#include "journal/reader.hpp"

#include "journal/byte_stream.hpp"
#include "journal/io_error.hpp"
#include "journal/segment_scan.hpp"

#include <fmt/format.h>

#include <utility>

namespace assay::journal {
std::uint64_t JournalReport::torn_bytes() const {
  if (segments.empty() || segments.back().is_closed) return 0;
  return segments.back().bytes - segments.back().bytes_valid;
}

std::uint64_t JournalReport::torn_lines() const {
  return segments.empty() ? 0 : segments.back().lines_lost;
}

// Walks the segments one after the other; one of them is open at a time.
struct JournalReader::State {
  State(Storage& storage_in, std::filesystem::path run_in, SegmentMap map_in)
      : storage(storage_in), run(std::move(run_in)), map(std::move(map_in)) {
    report.run = map.run;
    report.damage = map.damage;
  }

  Result<std::string_view> next_block();
  Status begin_segment();
  Status end_segment();
  Status end_open_segment(SegmentReport& segment);
  std::unexpected<Error> damaged(std::uint64_t offset, std::string what);
  std::unexpected<Error> error_of_damage() const;
  void note_end(const MappedSegment& segment);

  Storage& storage;
  std::filesystem::path run;
  SegmentMap map;
  std::size_t index = 0;  // of the segment being read, or the next to be
  std::optional<ByteStream> stream;
  std::optional<SegmentScan> scan;
  std::size_t given = 0;  // bytes at the stream's front that the caller holds
  std::optional<std::uint64_t> expected_seq;
  JournalReport report;
  std::optional<JournalEnd> end;

  std::string_view block;  // of next_line, what is left of it
  std::uint64_t block_offset = 0;
  std::uint64_t block_segment = 0;
  Decoder decoder;
  std::optional<Record> record;
};

std::unexpected<Error> JournalReader::State::error_of_damage() const {
  const Damage& damage = *report.damage;
  return fail(Errc::damaged,
              fmt::format("{} is damaged at byte {}: {}; `assay journal repair {} --to NEW` copies "
                          "the valid part",
                          segment_path(run, damage.segment).string(),
                          damage.offset,
                          damage.what,
                          run.string()));
}

std::unexpected<Error> JournalReader::State::damaged(std::uint64_t offset, std::string what) {
  report.damage = Damage{map.segments[index].number, offset, std::move(what)};
  return error_of_damage();
}

Status JournalReader::State::begin_segment() {
  const MappedSegment& segment = map.segments[index];
  SegmentReport entry;
  entry.number = segment.number;
  entry.path = segment.path;
  entry.is_void = !segment.header;
  entry.is_closed = segment.closed.has_value();
  auto opened = segment.closed ? ByteStream::open(storage, segment.path, segment.closed->bytes)
                               : ByteStream::open(storage, segment.path);
  if (!opened) return std::unexpected(opened.error());
  entry.bytes = opened->file_bytes();
  report.segments.push_back(std::move(entry));
  if (!segment.header) return {};
  if (segment.header_seq != expected_seq.value_or(0)) {
    return damaged(0,
                   fmt::format("line {} of the run was expected here, not {}",
                               expected_seq.value_or(0),
                               segment.header_seq));
  }
  stream.emplace(std::move(*opened));
  scan.emplace(*map.run, segment.number);
  return {};
}

// Where a resume goes on, should this be the last good segment.
void JournalReader::State::note_end(const MappedSegment& segment) {
  const SegmentScan::Group& group = scan->group();
  const bool header_only = scan->lines() == 1;  // synced before it is used
  end = JournalEnd{.segment = segment.number,
                   .durable = header_only ? scan->offset() : group.begin,
                   .durable_sum = header_only ? scan->last_sum() : group.sum_before,
                   .next_seq = segment.header_seq + (header_only ? 1 : group.lines_before),
                   .valid = scan->is_sealed() ? group.begin : scan->offset()};
}

// All that verifies of this segment has been given out: is that all there should be?
Status JournalReader::State::end_segment() {
  const MappedSegment& segment = map.segments[index];
  SegmentReport& entry = report.segments.back();
  entry.bytes_valid = scan->offset();
  entry.lines = scan->lines();
  report.lines += scan->lines();
  report.bytes_valid += scan->offset();
  report.is_sealed = scan->is_sealed();
  expected_seq = segment.header_seq + scan->lines();
  note_end(segment);
  if (!segment.closed) return end_open_segment(entry);
  if (scan->offset() != segment.closed->bytes) {
    return damaged(scan->offset(),
                   entry.bytes < segment.closed->bytes
                       ? fmt::format("{} bytes are missing", segment.closed->bytes - entry.bytes)
                       : std::string("the line does not verify"));
  }
  if (scan->last_sum() != segment.closed->sum) {
    return damaged(scan->offset(), "the next segment names another last line");
  }
  return {};
}

// A torn tail, unless something behind the bad place vouches for it.
Status JournalReader::State::end_open_segment(SegmentReport& segment) {
  const std::uint64_t bad = scan->offset();
  if (bad == segment.bytes) return {};
  Vouching vouching(*map.run, segment.number, bad);
  while (!vouching.durable()) {
    stream->take(vouching.take(stream->bytes()));
    const auto filled = stream->more();
    if (!filled) return std::unexpected(filled.error());
    if (!*filled) break;
  }
  segment.lines_lost = vouching.lines();
  if (vouching.durable()) {
    return damaged(bad,
                   fmt::format("the line does not verify, though a later one states {} bytes "
                               "as synced",
                               *vouching.durable()));
  }
  if (scan->is_sealed()) return damaged(bad, "bytes stand behind the seal");
  return {};
}

Result<std::string_view> JournalReader::State::next_block() {
  for (;;) {
    if (report.damage) return error_of_damage();
    if (!scan) {
      if (index == map.segments.size()) return std::string_view{};
      if (Status begun = begin_segment(); !begun) return std::unexpected(begun.error());
      if (!scan) {
        ++index;  // void
        continue;
      }
    }
    stream->take(std::exchange(given, 0));
    block_offset = scan->offset();
    block_segment = map.segments[index].number;
    const auto step = scan->take(stream->bytes());
    if (step.taken > 0) {
      given = step.taken;
      return stream->bytes().substr(0, step.taken);
    }
    if (step.stop == SegmentScan::Stop::needs_more) {
      const auto filled = stream->more();
      if (!filled) return std::unexpected(filled.error());
      if (*filled) continue;
    }
    if (Status ended = end_segment(); !ended) return std::unexpected(ended.error());
    stream.reset();
    scan.reset();
    ++index;
  }
}

JournalReader::JournalReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
JournalReader::JournalReader(JournalReader&&) noexcept = default;
JournalReader& JournalReader::operator=(JournalReader&&) noexcept = default;
JournalReader::~JournalReader() = default;

Result<JournalReader> JournalReader::open(Storage& storage, const std::filesystem::path& run) {
  auto map = map_segments(storage, run);
  if (!map) return std::unexpected(map.error());
  return JournalReader(std::make_unique<State>(storage, run, std::move(*map)));
}

Result<std::string_view> JournalReader::next_block() {
  return state_->next_block();
}

Result<std::optional<VerifiedLine>> JournalReader::next_line() {
  State& state = *state_;
  if (state.block.empty()) {
    const auto block = state.next_block();
    if (!block) return std::unexpected(block.error());
    if (block->empty()) return std::nullopt;
    state.block = *block;
  }
  const std::size_t end = state.block.find('\n');
  const VerifiedLine line{state.block.substr(0, end), state.block_segment, state.block_offset};
  state.block.remove_prefix(end + 1);
  state.block_offset += end + 1;
  return line;
}

Result<const Record*> JournalReader::next() {
  const auto line = next_line();
  if (!line) return std::unexpected(line.error());
  if (!*line) return nullptr;
  if (Status decoded = state_->decoder.decode((*line)->text, state_->record); !decoded) {
    state_->report.damage =
        Damage{(*line)->segment,
               (*line)->offset,
               "the line verifies but cannot be read: " + decoded.error().detail};
    return state_->error_of_damage();
  }
  return &*state_->record;
}

const JournalReport& JournalReader::report() const {
  return state_->report;
}

std::optional<JournalEnd> JournalReader::end() const {
  return state_->end;
}

std::uint64_t JournalReader::next_segment() const {
  return state_->map.next_segment;
}

Result<JournalReport> verify_journal(Storage& storage, const std::filesystem::path& run) {
  auto reader = JournalReader::open(storage, run);
  if (!reader) return std::unexpected(reader.error());
  for (;;) {
    const auto block = reader->next_block();
    if (!block && block.error().code != Errc::damaged) return std::unexpected(block.error());
    if (!block || block->empty()) return reader->report();
  }
}

}  // namespace assay::journal
