#include "journal/repair.hpp"

#include "journal/byte_stream.hpp"
#include "journal/io_error.hpp"
#include "journal/new_run.hpp"
#include "journal/salvage.hpp"
#include "journal/segment_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>

namespace assay::journal {
namespace {

constexpr std::size_t losses_told_max = 20;

// Headers and seals belong to the journal they stand in.
bool is_copied(std::string_view payload) {
  return !payload.empty() && !payload.starts_with("\"type\":\"run\",") &&
         !payload.starts_with("\"type\":\"seal\",");
}

class Repair {
 public:
  Repair(Storage& storage, NewRun& target, const RunId& run)
      : storage_(storage), target_(target), run_(run) {}

  Status copy(const MappedSegment& segment);
  [[nodiscard]] RepairReport report() && {
    report_.records = target_.records();
    return std::move(report_);
  }
  [[nodiscard]] std::string account() const;

 private:
  void take(std::string_view line);
  void lose(const std::filesystem::path& segment, std::uint64_t offset, std::uint64_t bytes);
  Storage& storage_;
  NewRun& target_;
  RunId run_;
  std::uint64_t next_seq_ = 0;  // lines below it were taken already: a tail that was carried over
  Status status_;
  RepairReport report_;
};

void Repair::take(std::string_view line) {
  const auto seq = seq_of(line);
  if (!seq || *seq < next_seq_ || !status_) return;
  next_seq_ = *seq + 1;
  const std::string_view payload = payload_of(line);
  if (is_copied(payload)) status_ = target_.add(payload);
}

void Repair::lose(const std::filesystem::path& segment, std::uint64_t offset, std::uint64_t bytes) {
  if (bytes == 0) return;
  if (!report_.losses.empty()) {
    Loss& last = report_.losses.back();
    if (last.segment == segment && last.offset + last.bytes == offset) {
      last.bytes += bytes;
      return;
    }
  }
  report_.losses.push_back({segment, offset, bytes});
}

Status Repair::copy(const MappedSegment& segment) {
  const std::uint64_t number =
      segment.header && segment.header->run == run_ ? segment.header->segment : segment.number;
  auto stream = segment.closed ? ByteStream::open(storage_, segment.path, segment.closed->bytes)
                               : ByteStream::open(storage_, segment.path);
  if (!stream) return std::unexpected(stream.error());
  Salvage salvage(run_, number);
  for (;;) {
    const auto filled = stream->more();
    if (!filled) return std::unexpected(filled.error());
    if (!*filled) break;
    stream->take(salvage.scan(
        stream->bytes(),
        [this](std::string_view line) { take(line); },
        [&](std::uint64_t offset, std::uint64_t bytes) { lose(segment.path, offset, bytes); }));
    if (!status_) return status_;
  }
  lose(segment.path, salvage.offset(), stream->bytes().size());
  return {};
}

std::string Repair::account() const {
  std::string text = fmt::format("{} records copied", target_.records());
  for (std::size_t i = 0; i < report_.losses.size() && i < losses_told_max; ++i) {
    const Loss& loss = report_.losses[i];
    text += fmt::format("; lost {} bytes of {} from byte {}",
                        loss.bytes,
                        loss.segment.filename().string(),
                        loss.offset);
  }
  if (report_.losses.size() > losses_told_max) text += "; and more";
  return text;
}

// What a resume needs beside the journal, and nothing that is derived.
Status copy_inputs(const std::filesystem::path& from, const std::filesystem::path& to) {
  static constexpr std::array<std::string_view, 1> names{"input.jsonl"};
  for (const std::string_view name : names) {
    std::error_code error;
    if (!std::filesystem::exists(from / name, error)) continue;
    std::filesystem::copy_file(from / name, to / name, error);
    if (error) return std::unexpected(io_error("copy", from / name, Errno{error.value()}));
  }
  return {};
}

}  // namespace

Result<RepairReport> repair_journal(Storage& storage,
                                    const std::filesystem::path& run,
                                    const std::filesystem::path& to,
                                    const Copyist& copyist) {
  auto map = map_segments(storage, run);
  if (!map) return std::unexpected(map.error());
  if (!map->run) return fail(Errc::input, fmt::format("{} holds no journal", run.string()));
  auto target = NewRun::make(storage, run, to, copyist);
  if (!target) return std::unexpected(target.error());
  // By the numbers that the headers state, should files have been renamed.
  std::ranges::stable_sort(map->segments, {}, [](const MappedSegment& segment) {
    return segment.header ? segment.header->segment : segment.number;
  });
  Repair repair(storage, *target, *map->run);
  for (const MappedSegment& segment : map->segments) {
    if (Status copied = repair.copy(segment); !copied) return std::unexpected(copied.error());
  }
  if (Status copied = copy_inputs(run, to); !copied) return std::unexpected(copied.error());
  if (Status ended = target->finish("repaired", repair.account()); !ended) {
    return std::unexpected(ended.error());
  }
  return std::move(repair).report();
}

}  // namespace assay::journal
