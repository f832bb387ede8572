#include "journal/io_error.hpp"
#include "journal/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace assay::journal {
namespace {

// Segments kept open; a run of many is fetched from mostly in order.
constexpr std::size_t open_segments_max = 8;

// Lines are mostly asked for in about the order they were written: as far from it as requests were
// in flight. So blocks of the file are kept, as many as some 10,000 records lie in.
constexpr std::uint32_t block_bytes = 32u << 10;
constexpr std::size_t blocks_max = 128;
// A longer line is worth a read of its own: few would share a block, and many would lie across two.
constexpr std::uint32_t line_bytes_max = block_bytes / 8;

}  // namespace

// The blocks that were asked for last. One is read when it is asked for again: lines in no order at
// all cost one small read each, and no block.
class LineFetcher::Blocks {
 public:
  struct Block {
    std::string bytes;  // from the block's beginning; to the file's end where that comes first
    bool is_read = false;
  };

  Blocks() { names_.fill(no_name); }
  // Null when it was not among them: it is now.
  Block* find_or_note(LinePlace place);

 private:
  static constexpr std::uint64_t no_name = ~std::uint64_t{0};

  std::array<std::uint64_t, blocks_max> names_;
  std::array<std::uint64_t, blocks_max> asked_{};  // when; the smallest gives way
  std::array<Block, blocks_max> blocks_;
  std::uint64_t now_ = 0;
};

LineFetcher::Blocks::Block* LineFetcher::Blocks::find_or_note(LinePlace place) {
  const std::uint64_t name = std::uint64_t{place.segment} << 32 | place.offset / block_bytes;
  const auto found = static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
  if (found < blocks_max) {
    asked_[found] = ++now_;
    return &blocks_[found];
  }
  const auto oldest = static_cast<std::size_t>(std::ranges::min_element(asked_) - asked_.begin());
  names_[oldest] = name;
  asked_[oldest] = ++now_;
  blocks_[oldest].is_read = false;
  return nullptr;
}

struct LineFetcher::State {
  Storage& storage;
  std::filesystem::path run;
  std::map<std::uint32_t, FileHandle> files;
  Blocks blocks;
  std::string line;  // one that no block holds
  Decoder decoder;
  std::optional<Record> record;

  void close_all() {
    for (const auto& [segment, file] : files) static_cast<void>(storage.close(file));
    files.clear();
  }
  Result<FileHandle> file_of(std::uint32_t segment);
  // What there is of it.
  Status read(LinePlace place, std::string& into);
};

Status LineFetcher::State::read(LinePlace place, std::string& into) {
  const auto file = file_of(place.segment);
  if (!file) return std::unexpected(file.error());
  into.resize(place.bytes);
  const auto count = read_full(storage, *file, into, place.offset);
  into.resize(count.value_or(0));
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
  Blocks::Block* const block =
      place.bytes <= line_bytes_max ? state_->blocks.find_or_note(place) : nullptr;
  if (block != nullptr) {
    const std::uint64_t at = place.offset % block_bytes;
    if (!block->is_read) {
      const LinePlace whole{
          .offset = place.offset - at, .segment = place.segment, .bytes = block_bytes};
      if (Status read = state_->read(whole, block->bytes); !read) {
        return std::unexpected(read.error());
      }
      block->is_read = true;
    }
    if (at + place.bytes <= block->bytes.size()) {
      return std::string_view(block->bytes).substr(at, place.bytes);
    }
  }
  // Of a file that became shorter what there is of the line: it does not decode.
  if (Status read = state_->read(place, state_->line); !read) return std::unexpected(read.error());
  return state_->line;
}

Result<const Record*> LineFetcher::fetch(LinePlace place) {
  const auto line = fetch_line(place);
  if (!line) return std::unexpected(line.error());
  if (Status decoded = state_->decoder.decode_values(*line, state_->record); !decoded) {
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
