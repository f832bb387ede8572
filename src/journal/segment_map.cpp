#include "journal/segment_map.hpp"

#include "journal/atomic_file.hpp"
#include "journal/byte_stream.hpp"
#include "journal/codec.hpp"
#include "journal/io_error.hpp"
#include "journal/manifest.hpp"
#include "journal/segment_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace assay::journal {
namespace {

constexpr std::size_t manifest_bytes_max = 1u << 20;
// A header holds a few digests and numbers.
constexpr std::size_t header_bytes_max = 64u << 10;

// The number in "000017.jsonl" or "000017.jsonl.new"; empty for any other name.
std::optional<std::uint64_t> number_in(std::string_view name, bool& is_finished) {
  std::uint64_t number = 0;
  std::size_t digits = 0;
  for (; digits < name.size() && name[digits] >= '0' && name[digits] <= '9'; ++digits) {
    number = number * 10 + static_cast<std::uint64_t>(name[digits] - '0');
  }
  const std::string_view rest = name.substr(digits);
  is_finished = rest == ".jsonl";
  if (digits < 6 || digits > 18 || number == 0 || (!is_finished && rest != ".jsonl.new")) {
    return std::nullopt;
  }
  return number;
}

// The header at the front of a segment, if it verifies as what it says it is.
Status read_header(Storage& storage, MappedSegment& segment) {
  auto stream = ByteStream::open(storage, segment.path, header_bytes_max);
  if (!stream) return std::unexpected(stream.error());
  const auto filled = stream->more();
  if (!filled) return std::unexpected(filled.error());
  const std::size_t newline = stream->bytes().find('\n');
  if (newline == std::string_view::npos) return {};
  const std::string_view line = stream->bytes().substr(0, newline);
  Decoder decoder;
  const auto record = decoder.decode(line);
  const RunRecord* header = record ? std::get_if<RunRecord>(&*record) : nullptr;
  const auto seq = seq_of(line);
  if (header == nullptr || !seq) return {};
  SegmentScan scan(header->run, header->segment);
  if (scan.take(stream->bytes().substr(0, newline + 1)).taken != newline + 1) return {};
  segment.header = *header;
  segment.header_seq = *seq;
  return {};
}

// Whether a segment without a header was in use once: then its header was damaged, not torn.
Result<bool> was_in_use(Storage& storage,
                        const MappedSegment& segment,
                        const std::optional<RunId>& run) {
  auto stream = ByteStream::open(storage, segment.path);
  if (!stream) return std::unexpected(stream.error());
  Vouching vouching(run.value_or(RunId{}), segment.number, 0);
  while (!vouching.durable()) {
    const auto filled = stream->more();
    if (!filled) return std::unexpected(filled.error());
    if (!*filled) break;
    stream->take(vouching.take(stream->bytes()));
  }
  // Without a run id nothing can vouch; whole lines then speak for themselves.
  return run ? vouching.durable().has_value() : vouching.lines() > 0;
}

class Mapper {
 public:
  Mapper(Storage& storage, const std::filesystem::path& run) : storage_(storage), run_(run) {}

  Result<SegmentMap> map() {
    std::uint64_t segments_at_least = 0;
    if (Status read = read_manifest(segments_at_least); !read) return std::unexpected(read.error());
    if (Status listed = list_segments(); !listed) return std::unexpected(listed.error());
    for (MappedSegment& segment : map_.segments) {
      if (Status read = read_header(storage_, segment); !read) return std::unexpected(read.error());
    }
    check_identity();
    check_links(segments_at_least);
    if (Status checked = check_void(); !checked) return std::unexpected(checked.error());
    return std::move(map_);
  }

 private:
  Status read_manifest(std::uint64_t& segments_at_least);
  Status list_segments();
  void check_identity();
  void check_links(std::uint64_t segments_at_least);
  Status check_void();
  MappedSegment* find(std::uint64_t number);
  void damage(std::uint64_t segment, std::uint64_t offset, std::string what) {
    if (!map_.damage) map_.damage = Damage{segment, offset, std::move(what)};
  }

  Storage& storage_;
  const std::filesystem::path& run_;
  SegmentMap map_;
};

Status Mapper::read_manifest(std::uint64_t& segments_at_least) {
  const auto path = run_ / "run.json";
  const auto text = read_small_file(storage_, path, manifest_bytes_max);
  if (!text) {
    if (text.error().code == Errc::input) return {};  // none: the headers name the run
    return std::unexpected(text.error());
  }
  const auto manifest = manifest_of(*text);
  if (!manifest) {
    return fail(Errc::damaged, fmt::format("{}: {}", path.string(), manifest.error().detail));
  }
  map_.run = manifest->run;
  segments_at_least = manifest->segments;
  return {};
}

Status Mapper::list_segments() {
  const auto names = storage_.list(journal_folder(run_));
  if (!names) {
    if (names.error().value == ENOENT) return {};
    return std::unexpected(io_error("list", journal_folder(run_), names.error()));
  }
  for (const std::string& name : *names) {
    bool is_finished = false;
    const auto number = number_in(name, is_finished);
    if (!number) continue;
    map_.next_segment = std::max(map_.next_segment, *number + 1);
    if (!is_finished) continue;
    MappedSegment segment;
    segment.number = *number;
    segment.path = journal_folder(run_) / name;
    map_.segments.push_back(std::move(segment));
  }
  std::ranges::sort(map_.segments, {}, &MappedSegment::number);
  return {};
}

MappedSegment* Mapper::find(std::uint64_t number) {
  const auto found = std::ranges::find(map_.segments, number, &MappedSegment::number);
  return found == map_.segments.end() ? nullptr : &*found;
}

// Each header is of this run and of this place.
void Mapper::check_identity() {
  for (const MappedSegment& segment : map_.segments) {
    if (!segment.header) continue;
    if (!map_.run) map_.run = segment.header->run;
    if (segment.header->run != *map_.run) {
      damage(segment.number,
             0,
             fmt::format("the segment belongs to another run ({})", to_hex(segment.header->run)));
    } else if (segment.header->segment != segment.number) {
      damage(segment.number,
             0,
             fmt::format("the file holds segment {}: it was renamed or swapped",
                         segment.header->segment));
    }
  }
}

// Each good segment follows the good one before it, and says how much of it is valid.
void Mapper::check_links(std::uint64_t segments_at_least) {
  const MappedSegment* before = nullptr;
  for (const MappedSegment& segment : map_.segments) {
    if (!segment.header) continue;
    const std::uint64_t stated = segment.header->previous ? segment.header->previous->segment : 0;
    const std::uint64_t found = before != nullptr ? before->number : 0;
    if (stated != found) {
      MappedSegment* named = find(stated);
      damage(
          stated > found ? stated : segment.number,
          0,
          stated == 0 ? std::string("a first segment stands behind others")
          : named == nullptr
              ? fmt::format("the segment is missing; segment {} follows it", segment.number)
          : !named->header
              ? fmt::format("the header does not verify, though segment {} follows it",
                            segment.number)
              : fmt::format("the segment says that it follows segment {}, not {}", stated, found));
    } else if (MappedSegment* previous = find(stated); previous != nullptr) {
      previous->closed = segment.header->previous;
    }
    before = &segment;
  }
  const std::uint64_t last = before != nullptr ? before->number : 0;
  if (last < segments_at_least) {
    const bool is_there = find(segments_at_least) != nullptr;
    damage(segments_at_least,
           0,
           is_there ? "the header does not verify, though run.json knows the segment"
                    : "the segment is missing, though run.json knows it");
  }
}

Status Mapper::check_void() {
  for (const MappedSegment& segment : map_.segments) {
    if (segment.header || map_.damage) continue;
    const auto in_use = was_in_use(storage_, segment, map_.run);
    if (!in_use) return std::unexpected(in_use.error());
    if (*in_use)
      damage(segment.number, 0, "the header does not verify, though the segment was in use");
  }
  return {};
}

}  // namespace

std::filesystem::path journal_folder(const std::filesystem::path& run) {
  return run / "journal";
}

std::filesystem::path segment_path(const std::filesystem::path& run, std::uint64_t number) {
  return journal_folder(run) / fmt::format("{:06}.jsonl", number);
}

Result<SegmentMap> map_segments(Storage& storage, const std::filesystem::path& run) {
  return Mapper(storage, run).map();
}

}  // namespace assay::journal
