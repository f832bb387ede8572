#include "journal/io_error.hpp"
#include "journal/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace assay::journal {
namespace {

// Segments kept open; a run of many is fetched from mostly in order.
constexpr std::size_t open_segments_max = 8;

// Lines are mostly asked for in about the order they were written. One that is this near to where
// the last read ended brings its neighbours along, and most of the next ones are there already.
constexpr std::uint64_t near_bytes = 64u << 10;
constexpr std::uint64_t bytes_before = 32u << 10;
constexpr std::uint64_t bytes_behind = 96u << 10;

}  // namespace

struct LineFetcher::State {
  Storage& storage;
  std::filesystem::path run;
  std::map<std::uint32_t, FileHandle> files;
  std::string block;  // what was read last
  std::uint32_t block_segment = 0;
  std::uint64_t block_begin = 0;
  Decoder decoder;
  std::optional<Record> record;

  void close_all() {
    for (const auto& [segment, file] : files) static_cast<void>(storage.close(file));
    files.clear();
  }
  [[nodiscard]] std::uint64_t block_end() const { return block_begin + block.size(); }
  [[nodiscard]] bool holds(LinePlace place) const;
  [[nodiscard]] bool is_near(LinePlace place) const;
  Result<FileHandle> file_of(std::uint32_t segment);
  Status read(LinePlace place);
};

bool LineFetcher::State::holds(LinePlace place) const {
  return place.segment == block_segment && place.offset >= block_begin &&
         place.offset + place.bytes <= block_end();
}

bool LineFetcher::State::is_near(LinePlace place) const {
  return place.segment == block_segment && place.offset + near_bytes >= block_begin &&
         place.offset <= block_end() + near_bytes;
}

Status LineFetcher::State::read(LinePlace place) {
  const auto file = file_of(place.segment);
  if (!file) return std::unexpected(file.error());
  const bool with_neighbours = is_near(place);
  block_segment = place.segment;
  block_begin = place.offset - (with_neighbours ? std::min(place.offset, bytes_before) : 0);
  block.resize(place.offset - block_begin + place.bytes + (with_neighbours ? bytes_behind : 0));
  const auto count = read_full(storage, *file, block, block_begin);
  block.resize(count.value_or(0));
  if (count) return {};
  return std::unexpected(io_error("read", segment_path(run, place.segment), count.error()));
}

Result<FileHandle> LineFetcher::State::file_of(std::uint32_t segment) {
  if (const auto found = files.find(segment); found != files.end()) return found->second;
  if (files.size() == open_segments_max) close_all();
  const auto path = segment_path(run, segment);
  const auto file = storage.open_to_read(path);
  if (!file) return std::unexpected(io_error("open", path, file.error()));
  files.emplace(segment, *file);
  return *file;
}

LineFetcher::LineFetcher(Storage& storage, std::filesystem::path run)
    : state_(std::make_unique<State>(storage, std::move(run))) {}

LineFetcher::~LineFetcher() {
  state_->close_all();
}

Result<std::string_view> LineFetcher::fetch_line(LinePlace place) {
  if (!state_->holds(place)) {
    if (Status read = state_->read(place); !read) return std::unexpected(read.error());
  }
  // Of a file that became shorter what there is of the line: it does not decode.
  const std::string_view block = state_->block;
  return block.substr(std::min(block.size(), place.offset - state_->block_begin), place.bytes);
}

Result<const Record*> LineFetcher::fetch(LinePlace place) {
  const auto line = fetch_line(place);
  if (!line) return std::unexpected(line.error());
  if (Status decoded = state_->decoder.decode(*line, state_->record); !decoded) {
    return fail(Errc::damaged,
                fmt::format("{} changed under the reader at byte {}: {}",
                            segment_path(state_->run, place.segment).string(),
                            place.offset,
                            decoded.error().detail));
  }
  return &*state_->record;
}

LinePlace place_of(const VerifiedLine& line) {
  return {.offset = line.offset,
          .segment = static_cast<std::uint32_t>(line.segment),
          .bytes = static_cast<std::uint32_t>(line.text.size())};
}

}  // namespace assay::journal
