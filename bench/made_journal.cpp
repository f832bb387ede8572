#include "made_journal.hpp"

#include "assay/ensure.hpp"
#include "core/rng.hpp"
#include "journal/appender.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"
#include "journal/segment_map.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <stdlib.h>
#include <system_error>

namespace assay::bench {
namespace {

constexpr std::uint64_t group_records = 4096;
constexpr WallTime begin{std::chrono::milliseconds{1'780'000'000'123}};

Certificate full_certificate() {
  Certificate::Draft draft(Method::echo);
  for (std::size_t i = 0; i < check_count; ++i) draft.set(static_cast<Check>(i), Verdict::proved);
  return *draft.issue();
}

}  // namespace

journal::ScoreRecord made_record(std::uint64_t row) {
  Rng rng(row);
  const auto tokens = static_cast<std::int64_t>(20 + rng.below(968));
  const double nats = -2.0 * rng.uniform() * static_cast<double>(tokens);
  Outcome outcome = Score{*LogProb::from_nats(nats), TokenCount{tokens}, full_certificate()};
  if (row % 50 == 49)
    outcome = make_failure(FailureClass::echo_mismatch, "byte 112: the echo differs");
  return {.key = digest_of(std::to_string(row)),
          .row = row,
          .policy = row % 2 == 0 ? "base" : "clone",
          .purpose = Purpose::score,
          .method = Method::echo,
          .outcome = std::move(outcome),
          .delivery = {.attempts = 1,
                       .endpoint = "local",
                       .model = "teacher-base",
                       .latency = std::chrono::microseconds{20'000 + rng.below(60'000)},
                       .charged = {.money = NanoUsd{200 * tokens},
                                   .tokens = TokenCount{tokens},
                                   .requests = 1},
                       .unknown = {},
                       .usage = {TokenCount{tokens}, TokenCount{1}},
                       .time = begin + std::chrono::milliseconds{row / 4}},
          .tokens = {},
          .errors = {},
          .body = {}};
}

MadeJournal::MadeJournal(std::uint64_t records) {
  auto appender = journal::Appender::open(journal::posix_storage(),
                                          run(),
                                          {.run = {.bytes = {1, 2, 3}},
                                           .config_digest = digest_of("config"),
                                           .data_digest = digest_of("data"),
                                           .version = "bench",
                                           .clock = [] { return begin; },
                                           .on_segment = {}},
                                          {});
  ensure(appender.has_value(), "a journal can be made in a temporary directory");
  std::vector<journal::Record> group;
  for (std::uint64_t row = 0; row < records; ++row) {
    group.emplace_back(made_record(row));
    if (group.size() < group_records && row + 1 < records) continue;
    ensure(appender->append(group).has_value(), "a group can be appended");
    group.clear();
  }
  ensure(appender->seal().has_value() && appender->close().has_value(), "a journal can be closed");
}

std::string MadeJournal::text() const {
  std::vector<std::filesystem::path> segments;
  for (const auto& entry : std::filesystem::directory_iterator(journal::journal_folder(run()))) {
    segments.push_back(entry.path());
  }
  std::ranges::sort(segments);
  std::string text;
  for (const auto& path : segments) {
    std::ifstream in(path, std::ios::binary);
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace assay::bench
