#include "dataset/listing.hpp"

#include "dataset/file_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace assay::dataset {
namespace {

constexpr std::array<std::string_view, 2> logged_names = {"logged_data.jsonl", "dataset.jsonl"};
constexpr std::array<std::string_view, 2> draw_directories = {"fresh_draws", "responses"};
constexpr std::array<std::string_view, 2> draw_endings = {"_responses.jsonl", "_fresh.jsonl"};
constexpr std::string_view logprob_ending = "_logprobs.jsonl";
constexpr std::string_view probe_directory = "probe_slice";
constexpr std::string_view probe_ending = "_probe.jsonl";

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// `name` without `ending`, when something is left.
std::optional<std::string> without(std::string_view name, std::string_view ending) {
  if (!name.ends_with(ending) || name.size() == ending.size()) return std::nullopt;
  return std::string(name.substr(0, name.size() - ending.size()));
}

std::optional<std::string> policy_of_draws(std::string_view name) {
  for (const std::string_view ending : draw_endings) {
    if (auto policy = without(name, ending)) return policy;
  }
  return std::nullopt;
}

// The last part of a path; empty for "." and "/".
std::string_view last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view last = path.substr(path.rfind('/') + 1);
  return last == "." || last == ".." ? std::string_view() : last;
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// What draws in this directory are called: by its name where that says what they are.
std::string draws_name(std::string_view directory) {
  const std::string_view last = last_part(directory);
  return std::string(is_one_of(last, draw_directories) ? last : draw_directories.front());
}

DataFile single_file(const std::string& path) {
  const std::string_view name = last_part(path);
  if (auto policy = policy_of_draws(name)) {
    return {.path = path,
            .source = fmt::format("{}/{}", draws_name(parent_of(path)), *policy),
            .policy = *policy};
  }
  if (auto policy = without(name, probe_ending)) {
    return {
        .path = path, .source = fmt::format("{}/{}", probe_directory, *policy), .policy = *policy};
  }
  DataFile file{.path = path, .source = std::string(name), .policy = {}};
  for (const std::string_view ending : {".jsonl", ".json", ".ndjson"}) {
    if (auto stem = without(name, ending)) file.source = *stem;
  }
  if (auto policy = without(name, logprob_ending)) file.policy = *policy;
  return file;
}

// Collects what one directory holds.
class DirectoryLister {
 public:
  DirectoryLister(std::string directory, Listing& listing)
      : directory_(std::move(directory)), listing_(listing) {
    while (directory_.size() > 1 && directory_.ends_with('/')) directory_.pop_back();
  }

  Status list() {
    const auto names = names_in(directory_);
    if (!names) return std::unexpected(names.error());
    const std::size_t before = listing_.files.size();
    if (is_one_of(last_part(directory_), draw_directories)) {
      add_draws(directory_, *names);
    } else if (auto status = list_data_set(*names); !status) {
      return status;
    }
    if (listing_.files.size() > before) return {};
    return fail(
        Errc::input,
        fmt::format(
            "{}: holds no data set: expected logged_data.jsonl, dataset.jsonl, fresh_draws/ or "
            "<policy>_responses.jsonl; or name the files themselves",
            directory_));
  }

 private:
  // Logged data first, then draws by file name, then log-probs.
  Status list_data_set(const std::vector<std::string>& names) {
    std::vector<DataFile> logprobs;
    std::vector<std::string> top_draws;
    std::vector<std::string> folders;
    for (const std::string& name : names) {
      const std::string path = fmt::format("{}/{}", directory_, name);
      const bool is_directory = kind_of(path) == PathKind::directory;
      if (is_directory && (is_one_of(name, draw_directories) || name == probe_directory)) {
        folders.push_back(name);
      } else if (!is_directory && is_one_of(name, logged_names)) {
        listing_.files.push_back({path, *without(name, ".jsonl"), {}, Format::automatic});
      } else if (!is_directory && policy_of_draws(name)) {
        top_draws.push_back(name);
      } else if (auto policy = without(name, logprob_ending); policy && !is_directory) {
        logprobs.push_back({path, *without(name, ".jsonl"), *policy, Format::cje_logprobs});
      } else {
        listing_.ignored.push_back(path);
      }
    }
    add_draws(directory_, top_draws);
    for (const std::string& folder : folders) {
      const std::string path = fmt::format("{}/{}", directory_, folder);
      const auto inside = names_in(path);
      if (!inside) return std::unexpected(inside.error());
      folder == probe_directory ? add_probes(path, *inside) : add_draws(path, *inside);
    }
    listing_.files.insert(listing_.files.end(), logprobs.begin(), logprobs.end());
    return {};
  }

  void add_draws(const std::string& directory, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const std::string path = fmt::format("{}/{}", directory, name);
      auto policy = policy_of_draws(name);
      if (!policy) policy = without(name, ".jsonl");
      if (!policy || kind_of(path) == PathKind::directory) {
        listing_.ignored.push_back(path);
        continue;
      }
      listing_.files.push_back(
          {path, fmt::format("{}/{}", draws_name(directory), *policy), *policy, Format::cje_draws});
    }
  }

  void add_probes(const std::string& directory, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const std::string path = fmt::format("{}/{}", directory, name);
      const auto policy = without(name, probe_ending);
      if (!policy) {
        listing_.ignored.push_back(path);
        continue;
      }
      listing_.probes.push_back(
          {path, fmt::format("{}/{}", probe_directory, *policy), *policy, Format::cje_draws});
    }
  }

  std::string directory_;
  Listing& listing_;
};

Status check_sources(const std::vector<DataFile>& files) {
  for (auto file = files.begin(); file != files.end(); ++file) {
    const auto earlier = std::find_if(
        files.begin(), file, [&](const DataFile& other) { return other.source == file->source; });
    if (earlier == file) continue;
    return fail(Errc::input,
                fmt::format("{} and {} would both be called '{}': keep one, or rename one",
                            earlier->path,
                            file->path,
                            file->source));
  }
  return {};
}

}  // namespace

Result<Listing> list_files(const std::vector<std::string>& paths, Format format) {
  Listing listing;
  for (const std::string& path : paths) {
    switch (kind_of(path)) {
      case PathKind::missing:
        return fail(Errc::input,
                    fmt::format("{}: there is no such file; name a data file with --input", path));
      case PathKind::other:
        return fail(Errc::input,
                    fmt::format("{}: not a regular file; copy its contents to one", path));
      case PathKind::file:
        listing.files.push_back(single_file(path));
        break;
      case PathKind::directory:
        if (auto status = DirectoryLister(path, listing).list(); !status)
          return std::unexpected(status.error());
    }
  }
  if (auto status = check_sources(listing.files); !status) return std::unexpected(status.error());
  if (format == Format::automatic) return listing;
  for (DataFile& file : listing.files) file.format = format;
  return listing;
}

}  // namespace assay::dataset
