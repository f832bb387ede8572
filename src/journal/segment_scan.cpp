#include "journal/segment_scan.hpp"

#include <cstring>

namespace assay::journal {
namespace {

// A line that no writer of ours makes; beyond it bytes are not kept in the hope of a newline.
constexpr std::size_t line_bytes_max = 256u << 20;

constexpr std::string_view header_mark = "{\"type\":\"run\",";
constexpr std::string_view seal_mark = "\"type\":\"seal\",";

}  // namespace

// The first line of a group stands where the synced part ends, behind the line it names.
bool SegmentScan::note_group(std::string_view line) {
  const auto start = group_start_of(line);
  if (!start || start->after != last_sum_ || start->durable != offset_) return false;
  group_ = {.begin = offset_, .sum_before = last_sum_, .lines_before = lines_};
  is_sealed_ = line.substr(start->payload_begin).starts_with(seal_mark);
  return true;
}

SegmentScan::Step SegmentScan::take(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const void* newline = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
    if (newline == nullptr) {
      const bool hopeless = bytes.size() - at > line_bytes_max;
      return {.taken = at, .stop = hopeless ? Stop::bad_line : Stop::needs_more};
    }
    const std::size_t end =
        static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data());
    const std::string_view line = bytes.substr(at, end - at);
    const auto stated = stated_sum(line);
    const bool good = stated && chain_.sum_of(summed_part(line), last_sum_) == *stated &&
                      !is_sealed_ && (lines_ > 0 || line.starts_with(header_mark)) &&
                      (line[1] != group_mark[1] || line[2] != group_mark[2] || note_group(line));
    if (!good) return {.taken = at, .stop = Stop::bad_line};
    last_sum_ = *stated;
    offset_ += line.size() + 1;
    ++lines_;
    at = end + 1;
  }
  return {.taken = at, .stop = Stop::needs_more};
}

std::size_t Vouching::take(std::string_view bytes) {
  const std::size_t last_newline = bytes.rfind('\n');
  if (last_newline == std::string_view::npos) {
    return bytes.size() > line_bytes_max ? bytes.size() - group_mark.size() : 0;
  }
  // A line may begin anywhere, since the newline before it may be what was damaged; a quote in a
  // JSON text is escaped, so the mark stands nowhere else.
  std::size_t at = bytes.find(group_mark);
  for (; at < last_newline; at = bytes.find(group_mark, at + 1)) {
    const std::string_view line = bytes.substr(at, bytes.find('\n', at) - at);
    const auto start = group_start_of(line);
    const auto stated = stated_sum(line);
    if (!start || !stated || start->durable <= bad_offset_) continue;
    if (chain_.sum_of(summed_part(line), start->after) != *stated) continue;
    durable_ = start->durable;
    return last_newline + 1;
  }
  for (std::size_t end = bytes.find('\n'); end <= last_newline; end = bytes.find('\n', end + 1)) {
    ++lines_;
  }
  return last_newline + 1;
}

}  // namespace assay::journal
