#include "cli/estimate_input.hpp"

#include "cli/draw_files.hpp"
#include "core/printable.hpp"
#include "dataset/listing.hpp"
#include "estimate/duplicates.hpp"
#include "estimate/matrix_builder.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace assay::cli {

namespace {

namespace fs = std::filesystem;

struct RecordedFiles {
  dataset::DataFile logged;
  std::vector<dataset::DataFile> fresh;
  std::vector<dataset::DataFile> probes;
  std::vector<std::string> announcements;
};

Result<fs::path> logged_file(const fs::path& source) {
  std::error_code error;
  if (!fs::exists(source, error)) {
    return fail(Errc::input,
                fmt::format("{}: there is no such file or directory; give a run "
                            "directory or a data file",
                            source.string()));
  }
  if (!fs::is_directory(source, error)) return source;
  for (const char* name : {"logged_data.jsonl", "dataset.jsonl"}) {
    if (fs::exists(source / name, error)) return source / name;
  }
  return fail(Errc::input,
              fmt::format("{}: neither a run directory (no run.json) nor a data set (no "
                          "logged_data.jsonl or dataset.jsonl); name the data file itself",
                          source.string()));
}

// The directory the user named, or the first of `names` that lies beside the data; empty: none.
fs::path folder_of(const std::optional<fs::path>& named,
                   const fs::path& beside,
                   std::initializer_list<const char*> names) {
  if (named) return *named;
  std::error_code error;
  for (const char* name : names) {
    if (fs::is_directory(beside / name, error)) return beside / name;
  }
  return {};
}

Result<std::vector<dataset::DataFile>> find_draws(const fs::path& folder,
                                                  DrawKind kind,
                                                  std::vector<std::string>& announcements) {
  if (folder.empty()) return std::vector<dataset::DataFile>{};
  auto files = list_draws(folder, kind);
  if (!files) return files;
  std::string policies;
  for (const auto& file : *files) policies += (policies.empty() ? "" : ", ") + file.policy;
  announcements.push_back(fmt::format("{} of {} from {}",
                                      kind == DrawKind::fresh ? "fresh draws" : "probe slice",
                                      policies,
                                      folder.string()));
  return files;
}

Result<RecordedFiles> find_files(const EstimateRequest& request) {
  const auto path = logged_file(request.source);
  if (!path) return std::unexpected(path.error());
  auto listing = dataset::list_files({path->string()});
  if (!listing) return std::unexpected(listing.error());
  RecordedFiles files{
      .logged = listing->files.at(0), .fresh = {}, .probes = {}, .announcements = {}};
  const fs::path beside = path->parent_path();
  if (!request.without_fresh_draws) {
    const fs::path folder = folder_of(request.fresh_draws, beside, {"fresh_draws", "responses"});
    auto fresh = find_draws(folder, DrawKind::fresh, files.announcements);
    if (!fresh) return std::unexpected(fresh.error());
    files.fresh = std::move(*fresh);
  }
  const fs::path folder = folder_of(request.probe_slice, beside, {"probe_slice"});
  auto probes = find_draws(folder, DrawKind::probe, files.announcements);
  if (!probes) return std::unexpected(probes.error());
  files.probes = std::move(*probes);
  return files;
}

Status refuse_bad_rows(const BadRowTally& bad, const EstimateRequest& request) {
  if (bad.count == 0 || request.skip_bad_rows) return {};
  return fail(Errc::input,
              fmt::format("{} row{} cannot be used; mend {}, or leave {} out with --skip-bad-rows",
                          bad.count,
                          bad.count == 1 ? "" : "s",
                          bad.count == 1 ? "it" : "them",
                          bad.count == 1 ? "it" : "them"));
}

Status refuse_duplicates(const estimate::Matrix& matrix,
                         const estimate::ResponseTable& rows,
                         const std::string& path) {
  const auto found = estimate::duplicates_of(rows);
  if (found.empty()) return {};
  const auto [first, second] = found.front();
  return fail(Errc::input,
              fmt::format("{}: prompt '{}', draw {} is there twice (rows {} and {}{}); keep one of "
                          "them, or number different draws with draw_idx",
                          path,
                          printable(matrix.prompts.name(rows.prompt[second]), 100),
                          rows.draw[second],
                          first + 1,
                          second + 1,
                          found.size() > 1 ? fmt::format(", and {} more", found.size() - 1) : ""));
}

Status refuse_duplicates(const estimate::Matrix& matrix, const RecordedFiles& files) {
  if (Status unique = refuse_duplicates(matrix, matrix.logged, files.logged.path); !unique) {
    return unique;
  }
  for (const auto* list : {&files.fresh, &files.probes}) {
    for (const dataset::DataFile& file : *list) {
      const estimate::Draws* draws =
          list == &files.fresh ? matrix.fresh_of(file.policy) : matrix.probe_of(file.policy);
      if (draws == nullptr) continue;
      if (Status unique = refuse_duplicates(matrix, draws->responses, file.path); !unique) {
        return unique;
      }
    }
  }
  return {};
}

Result<EstimateInput> read_recorded(const EstimateRequest& request) {
  auto files = find_files(request);
  if (!files) return std::unexpected(files.error());
  BadRowTally bad;
  estimate::RecordedBuilder builder;
  Status read = for_each_sample(
      files->logged, bad, [&](const Sample& sample) { builder.add_logged(sample); });
  for (const auto& file : files->fresh) {
    if (!read) break;
    read = for_each_sample(
        file, bad, [&](const Sample& sample) { builder.add_fresh(file.policy, sample); });
  }
  for (const auto& file : files->probes) {
    if (!read) break;
    read = for_each_sample(
        file, bad, [&](const Sample& sample) { builder.add_probe(file.policy, sample); });
  }
  if (read) read = refuse_bad_rows(bad, request);
  if (!read) return std::unexpected(read.error());
  EstimateInput input{.matrix = std::move(builder).finish(), .context = {}};
  if (input.matrix.rows() == 0) {
    return fail(Errc::input,
                fmt::format("{}: holds no row to estimate from; name a file with logged data",
                            files->logged.path));
  }
  if (Status unique = refuse_duplicates(input.matrix, *files); !unique) {
    return std::unexpected(unique.error());
  }
  if (bad.count > 0) {
    files->announcements.push_back(fmt::format("{} bad rows left out", bad.count));
  }
  input.context.announcements = std::move(files->announcements);
  return input;
}

}  // namespace

bool is_run(const fs::path& source) {
  std::error_code error;
  return fs::exists(source / "run.json", error);
}

Result<EstimateInput> read_estimate_input(const EstimateRequest& request) {
  auto input = is_run(request.source) ? read_run(request) : read_recorded(request);
  if (!input) return input;
  input->context.source = request.source.string();
  input->context.provenance = std::string(estimate::name_of(input->matrix.provenance));
  input->context.logging_policy = input->matrix.base.policy();
  return input;
}

}  // namespace assay::cli
