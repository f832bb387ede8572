#include "cli/data_input.hpp"

#include "journal/atomic_file.hpp"
#include "journal/posix_storage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace assay::cli {
namespace {

dataset::ReadOptions read_options(const config::Data& data) {
  dataset::ReadOptions options;
  if (data.score_range) {
    options.score_range =
        dataset::ScoreRange{.low = data.score_range->low, .high = data.score_range->high};
  }
  return options;
}

void announce(const dataset::Survey& survey) {
  for (const dataset::FileCount& count : survey.files) {
    fmt::print(stderr,
               "data    {}  {} rows, {}\n",
               count.file.path,
               count.rows_good + count.rows_bad,
               dataset::name_of(count.file.format));
  }
  if (survey.duplicates > 0) {
    const dataset::Duplicate& first = survey.duplicated.front();
    fmt::print(stderr,
               "note    {} rows repeat the id and draw of an earlier row of their source, first "
               "'{}' in {} (row {})\n",
               survey.duplicates,
               first.id,
               first.source,
               first.row);
  }
}

void announce_bad_rows(const dataset::Survey& survey) {
  for (const BadRow& bad : survey.bad_rows) {
    fmt::print(stderr, "assay: {}:{}: {}\n", bad.file, bad.line, bad.reason);
  }
  if (survey.rows_bad > survey.bad_rows.size()) {
    fmt::print(
        stderr, "assay: ... and {} more bad rows\n", survey.rows_bad - survey.bad_rows.size());
  }
}

}  // namespace

Result<dataset::Listing> list_data(const config::Data& data) {
  const auto format = dataset::format_of(data.format);
  if (!format)
    return fail(Errc::config,
                fmt::format("data.format: '{}' is no format of data files", data.format));
  return dataset::list_files(data.paths, *format);
}

Result<DataInput> open_data(const config::Data& data) {
  DataInput input;
  auto listing = list_data(data);
  if (!listing) return std::unexpected(listing.error());
  input.listing = std::move(*listing);
  const dataset::ReadOptions options = read_options(data);
  auto survey = dataset::survey(input.listing.files, options);
  if (!survey) return std::unexpected(survey.error());
  input.survey = std::move(*survey);
  announce(input.survey);
  if (input.survey.rows_bad > 0) announce_bad_rows(input.survey);
  if (input.survey.rows_bad > 0 && data.bad_rows == config::BadRows::refuse) {
    return fail(Errc::input,
                fmt::format("{} of {} rows cannot be used; nothing was sent. Mend them, or keep "
                            "them as failures of "
                            "class invalid_input with --bad-rows mark",
                            input.survey.rows_bad,
                            input.survey.rows_bad + input.survey.rows_good));
  }
  if (input.survey.rows_good == 0)
    return fail(Errc::input, "the data set holds no rows; name one with --input");
  auto samples = dataset::open_files(input.listing.files, options);
  if (!samples) return std::unexpected(samples.error());
  input.samples = std::move(*samples);
  return input;
}

Result<std::unique_ptr<SampleSource>> reopen_data(const config::Data& data) {
  auto listing = list_data(data);
  if (!listing) return std::unexpected(listing.error());
  return dataset::open_files(listing->files, read_options(data));
}

Status spool_standard_input(config::Config& config) {
  const auto dash = std::find(config.data.paths.begin(), config.data.paths.end(), "-");
  if (dash == config.data.paths.end()) return {};
  const std::filesystem::path spool = std::filesystem::path(config.run.dir) / "input.jsonl";
  journal::Storage& storage = journal::posix_storage();
  *dash = spool.string();
  if (std::filesystem::exists(spool)) return {};
  if (auto made = storage.make_directory(config.run.dir); !made) {
    return fail(Errc::io, fmt::format("{}: {}", config.run.dir, std::strerror(made.error().value)));
  }
  auto file = journal::AtomicFile::begin(storage, spool);
  if (!file) return std::unexpected(file.error());
  std::array<char, 1 << 16> block;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::io, fmt::format("standard input: {}", std::strerror(errno)));
    if (got == 0) break;
    if (auto written = file->append({block.data(), static_cast<std::size_t>(got)}); !written)
      return written;
  }
  return file->commit();
}

}  // namespace assay::cli
