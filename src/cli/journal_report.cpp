#include "cli/journal_report.hpp"

#include "core/json_text.hpp"
#include "journal/chain.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

std::string_view state_of(const journal::SegmentReport& segment, bool is_last, bool is_sealed) {
  if (segment.is_void) return "void";
  if (segment.is_closed) return "closed";
  return is_last && is_sealed ? "sealed" : "open";
}

std::uint64_t void_bytes(const journal::SegmentReport& segment) {
  return segment.bytes - segment.bytes_valid;
}

}  // namespace

std::string_view type_of_line(std::string_view line) {
  constexpr std::string_view mark = "\"type\":\"";
  const std::string_view payload = journal::payload_of(line);
  if (!payload.starts_with(mark)) return {};
  const std::string_view rest = payload.substr(mark.size());
  return rest.substr(0, rest.find('"'));
}

Result<JournalSummary> summarise_journal(journal::Storage& storage,
                                         const std::filesystem::path& run) {
  auto reader = journal::JournalReader::open(storage, run);
  if (!reader) return std::unexpected(reader.error());
  JournalSummary summary{.run = run, .report = {}, .damage_message = std::nullopt};
  for (;;) {
    const auto line = reader->next_line();
    if (!line) {
      if (line.error().code != Errc::damaged) return std::unexpected(line.error());
      summary.damage_message = line.error().detail;
      break;
    }
    if (!*line) break;
    const std::string_view type = type_of_line((*line)->text);
    for (std::size_t i = 0; i < summary.records.size(); ++i) {
      summary.records[i] += journal::type_name(i) == type ? 1 : 0;
    }
  }
  summary.report = reader->report();
  return summary;
}

std::string to_json(const JournalSummary& summary) {
  const journal::JournalReport& report = summary.report;
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("run");
  report.run ? json.string(to_hex(*report.run)) : json.null();
  json.key("sealed").boolean(report.is_sealed);
  json.key("lines").number(report.lines).key("bytes").number(report.bytes_valid);
  json.key("records").begin_object();
  for (std::size_t i = 0; i < summary.records.size(); ++i) {
    json.key(journal::type_name(i)).number(summary.records[i]);
  }
  json.end_object().key("torn_tail");
  json.begin_object().key("bytes").number(report.torn_bytes());
  json.key("lines").number(report.torn_lines()).end_object();
  json.key("damage");
  if (report.damage) {
    json.begin_object().key("segment").number(report.damage->segment);
    json.key("offset").number(report.damage->offset).key("what").string(report.damage->what);
    json.end_object();
  } else {
    json.null();
  }
  json.key("segments").begin_array();
  for (const journal::SegmentReport& segment : report.segments) {
    const bool is_last = &segment == &report.segments.back();
    json.begin_object()
        .key("number")
        .number(segment.number)
        .key("path")
        .string(segment.path.string());
    json.key("state").string(state_of(segment, is_last, report.is_sealed));
    json.key("lines").number(segment.lines).key("bytes").number(segment.bytes_valid);
    json.key("void_bytes").number(void_bytes(segment)).end_object();
  }
  json.end_array().end_object();
  return text + "\n";
}

std::string to_text(const JournalSummary& summary) {
  const journal::JournalReport& report = summary.report;
  std::string text = fmt::format("{}: {} lines, {} bytes, {}\n",
                                 summary.run.string(),
                                 report.lines,
                                 report.bytes_valid,
                                 report.damage      ? "DAMAGED"
                                 : report.is_sealed ? "sealed"
                                                    : "not sealed: the run did not end cleanly");
  for (const journal::SegmentReport& segment : report.segments) {
    const bool is_last = &segment == &report.segments.back();
    text += fmt::format("segment  {}  {}, {} lines, {} bytes",
                        segment.path.filename().string(),
                        state_of(segment, is_last, report.is_sealed),
                        segment.lines,
                        segment.bytes_valid);
    if (void_bytes(segment) > 0 && segment.is_closed) {
      text += fmt::format(" ({} more were carried over or cut by the resume)", void_bytes(segment));
    }
    text += '\n';
  }
  text += "records ";
  for (std::size_t i = 0; i < summary.records.size(); ++i) {
    if (summary.records[i] > 0)
      text += fmt::format(" {} {}", summary.records[i], journal::type_name(i));
  }
  text += '\n';
  if (report.torn_bytes() > 0 && !report.damage) {
    text += fmt::format(
        "torn     {} bytes and {} whole lines at the end of {}; a resume goes on before them\n",
        report.torn_bytes(),
        report.torn_lines(),
        report.segments.back().path.filename().string());
  }
  if (report.damage) {
    text += fmt::format("damage   segment {} at byte {}: {}\n",
                        report.damage->segment,
                        report.damage->offset,
                        report.damage->what);
  }
  return text;
}

}  // namespace assay::cli
