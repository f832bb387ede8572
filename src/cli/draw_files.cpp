#include "cli/draw_files.hpp"

#include "core/printable.hpp"
#include "dataset/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>
#include <system_error>

namespace assay::cli {

namespace {

constexpr std::string_view fresh_endings[] = {"_responses.jsonl", "_fresh.jsonl", ".jsonl"};
constexpr std::string_view probe_endings[] = {"_probe.jsonl"};

std::string policy_in(std::string_view name, std::span<const std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (name.size() > ending.size() && name.ends_with(ending)) {
      return std::string(name.substr(0, name.size() - ending.size()));
    }
  }
  return {};
}

}  // namespace

Result<std::vector<dataset::DataFile>> list_draws(const std::filesystem::path& folder,
                                                  DrawKind kind) {
  const bool fresh = kind == DrawKind::fresh;
  const std::span<const std::string_view> endings =
      fresh ? std::span<const std::string_view>(fresh_endings) : probe_endings;
  std::error_code error;
  std::vector<dataset::DataFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string policy = policy_in(entry.path().filename().string(), endings);
    if (policy.empty()) continue;
    files.push_back({.path = entry.path().string(),
                     .source = (fresh ? "fresh_draws/" : "probe_slice/") + policy,
                     .policy = policy,
                     .format = dataset::Format::cje_draws});
  }
  if (error) {
    return fail(Errc::input,
                fmt::format("{}: {}; name a directory of {}",
                            folder.string(),
                            error.message(),
                            fresh ? "fresh draws" : "probe draws"));
  }
  std::ranges::sort(files, {}, &dataset::DataFile::policy);
  if (files.empty()) {
    return fail(Errc::input,
                fmt::format("{}: no {} in it; files are called <policy>{}",
                            folder.string(),
                            fresh ? "fresh draws" : "probe draws",
                            endings.front()));
  }
  const auto twice = std::ranges::adjacent_find(files, {}, &dataset::DataFile::policy);
  if (twice != files.end()) {
    return fail(Errc::input,
                fmt::format("{}: two files hold draws of '{}' ({} and {}); keep one",
                            folder.string(),
                            twice->policy,
                            twice->path,
                            std::next(twice)->path));
  }
  return files;
}

void BadRowTally::add(const BadRow& row) {
  constexpr std::uint64_t shown_max = 20;
  if (++count > shown_max) return;
  fmt::print(stderr, "assay: {}:{}: {}\n", row.file, row.line, printable(row.reason, 400));
}

Status for_each_sample(const dataset::DataFile& file,
                       BadRowTally& bad,
                       const std::function<void(const Sample&)>& take) {
  auto source =
      dataset::open_files({file}, {.use = dataset::Use::estimate, .score_range = std::nullopt});
  if (!source) return std::unexpected(source.error());
  for (;;) {
    const auto next = (*source)->next();
    if (!next) return std::unexpected(next.error());
    const Row* row = *next;
    if (row == nullptr) return {};
    if (row->has_value()) {
      take(**row);
    } else {
      bad.add(row->error());
    }
  }
}

}  // namespace assay::cli
