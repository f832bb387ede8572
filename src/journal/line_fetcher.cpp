#include "journal/io_error.hpp"
#include "journal/reader.hpp"

#include <fmt/format.h>

#include <map>

namespace assay::journal {
namespace {

// Segments kept open; a run of many is fetched from mostly in order.
constexpr std::size_t open_segments_max = 8;

}  // namespace

struct LineFetcher::State {
  Storage& storage;
  std::filesystem::path run;
  std::map<std::uint32_t, FileHandle> files;
  std::string line;
  Decoder decoder;
  std::optional<Record> record;

  void close_all() {
    for (const auto& [segment, file] : files) static_cast<void>(storage.close(file));
    files.clear();
  }
  Result<FileHandle> file_of(std::uint32_t segment);
};

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
  const auto file = state_->file_of(place.segment);
  if (!file) return std::unexpected(file.error());
  state_->line.resize(place.bytes);
  const auto count = read_full(state_->storage, *file, state_->line, place.offset);
  if (!count) {
    return std::unexpected(
        io_error("read", segment_path(state_->run, place.segment), count.error()));
  }
  state_->line.resize(*count);
  return state_->line;
}

Result<const Record*> LineFetcher::fetch(LinePlace place) {
  const auto line = fetch_line(place);
  if (!line) return std::unexpected(line.error());
  auto record = state_->decoder.decode(*line);
  if (!record) {
    return fail(Errc::damaged,
                fmt::format("{} changed under the reader at byte {}: {}",
                            segment_path(state_->run, place.segment).string(),
                            place.offset,
                            record.error().detail));
  }
  state_->record = std::move(*record);
  return &*state_->record;
}

LinePlace place_of(const VerifiedLine& line) {
  return {.offset = line.offset,
          .segment = static_cast<std::uint32_t>(line.segment),
          .bytes = static_cast<std::uint32_t>(line.text.size())};
}

}  // namespace assay::journal
