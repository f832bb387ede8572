#include "journal/run_directory.hpp"

#include "journal/atomic_file.hpp"
#include "journal/io_error.hpp"
#include "journal/run_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/random.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace assay::journal {
namespace {

constexpr std::size_t manifest_bytes_max = 1u << 20;

std::filesystem::path manifest_path(const std::filesystem::path& run) {
  return run / "run.json";
}

Result<RunId> random_run_id() {
  RunId id;
  const ssize_t count = ::getrandom(id.bytes.data(), id.bytes.size(), 0);
  if (count != static_cast<ssize_t>(id.bytes.size())) {
    return fail(Errc::io, "the system gives no random bytes to name the run");
  }
  return id;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

// What may stand here before the run: spooled input, the log, the rest of a start that was killed.
bool is_beginning(const std::string& name) {
  static constexpr std::array<std::string_view, 7> names{"lock",
                                                         "run.json.new",
                                                         "config.yaml",
                                                         "config.yaml.new",
                                                         "input.jsonl",
                                                         "input.jsonl.new",
                                                         "events.jsonl"};
  return std::ranges::find(names, name) != names.end();
}

Status make_folder(Storage& storage, const std::filesystem::path& path) {
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error) return std::unexpected(io_error("make", parent, Errno{error.value()}));
  if (const auto made = storage.make_directory(path); !made) {
    return std::unexpected(io_error("make", path, made.error()));
  }
  if (!std::filesystem::is_directory(path, error)) {
    return fail(Errc::usage,
                fmt::format("{} is not a directory; name another run directory", path.string()));
  }
  if (const auto synced = storage.sync_directory(parent); !synced) {
    return std::unexpected(io_error("sync", parent, synced.error()));
  }
  return {};
}

Status refuse_other_content(Storage& storage, const std::filesystem::path& path) {
  const auto names = storage.list(path);
  if (!names) return std::unexpected(io_error("list", path, names.error()));
  for (const std::string& name : *names) {
    if (is_beginning(name)) continue;
    return fail(Errc::usage,
                fmt::format("{} holds {} but no run.json: it is not a run directory; name another",
                            path.string(),
                            name));
  }
  return {};
}

}  // namespace

struct RunDirectory::State {
  Storage& storage;
  std::filesystem::path path;
  RunLock lock;
  Manifest manifest;
  bool is_new = false;

  Status save() const {
    return write_file_atomically(storage, manifest_path(path), to_json(manifest));
  }
};

RunDirectory::RunDirectory(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunDirectory::RunDirectory(RunDirectory&&) noexcept = default;
RunDirectory& RunDirectory::operator=(RunDirectory&&) noexcept = default;
RunDirectory::~RunDirectory() = default;

Result<Manifest> RunDirectory::inspect(Storage& storage, const std::filesystem::path& path) {
  const auto text = read_small_file(storage, manifest_path(path), manifest_bytes_max);
  if (!text) {
    if (text.error().code != Errc::input) return std::unexpected(text.error());
    return fail(Errc::input,
                fmt::format("{} is no run directory: it holds no run.json", path.string()));
  }
  auto manifest = manifest_of(*text);
  if (!manifest) {
    return fail(Errc::damaged,
                fmt::format("{}: {}", manifest_path(path).string(), manifest.error().detail));
  }
  return manifest;
}

Result<RunDirectory> RunDirectory::enter(Storage& storage,
                                         const std::filesystem::path& path,
                                         const Start& start) {
  if (Status made = make_folder(storage, path); !made) return std::unexpected(made.error());
  auto lock = RunLock::take(path);
  if (!lock) return std::unexpected(lock.error());
  auto state = std::make_unique<State>(State{storage, path, std::move(*lock), {}, false});
  auto known = inspect(storage, path);
  if (known) {
    state->manifest = std::move(*known);
  } else if (known.error().code != Errc::input) {
    return std::unexpected(known.error());
  } else {
    if (Status alone = refuse_other_content(storage, path); !alone)
      return std::unexpected(alone.error());
    const auto id = random_run_id();
    if (!id) return std::unexpected(id.error());
    state->manifest.run = *id;
    state->manifest.created = start.time;
    state->manifest.derived_from = start.derived_from;
    state->is_new = true;
  }
  Manifest& manifest = state->manifest;
  manifest.version = start.version;
  manifest.git_commit = start.git_commit;
  manifest.host = host_name();
  manifest.config_digest = start.config_digest;
  manifest.data_digest = start.data_digest;
  manifest.started = start.time;
  // One unverified start leaves numbers behind that no later certificate speaks for.
  if (manifest.verification != unverified) manifest.verification = start.verification;
  ++manifest.starts;
  // The manifest comes last: with it the run exists.
  if (Status written = write_file_atomically(storage, path / "config.yaml", start.config_text);
      !written) {
    return std::unexpected(written.error());
  }
  if (Status saved = state->save(); !saved) return std::unexpected(saved.error());
  return RunDirectory(std::move(state));
}

const std::filesystem::path& RunDirectory::path() const {
  return state_->path;
}

const Manifest& RunDirectory::manifest() const {
  return state_->manifest;
}

bool RunDirectory::is_new() const {
  return state_->is_new;
}

Status RunDirectory::note_segment(std::uint64_t segment) {
  state_->manifest.segments = std::max(state_->manifest.segments, segment);
  return state_->save();
}

}  // namespace assay::journal
