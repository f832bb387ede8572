#pragma once

// A run directory: its lock, its manifest (run.json), the configuration that ran (config.yaml).
// Files are 0600 and directories 0700, whatever the umask.

#include "assay/content_key.hpp"
#include "assay/result.hpp"
#include "assay/time.hpp"
#include "journal/manifest.hpp"
#include "journal/storage.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace assay::journal {

// Who starts a run here, or goes on with one.
struct Start {
  std::string version;      // of the program
  std::string git_commit;   // may be empty
  std::string config_text;  // exactly what runs, without secrets: becomes config.yaml
  ContentKey config_digest;
  ContentKey data_digest;
  WallTime time{};
  std::string verification{};  // "certified", "unverified"; empty: not said
  std::string derived_from;    // a path, when repair or merge makes the run; else empty
};

class RunDirectory {
 public:
  // Makes the directory or goes on with the run in it, and holds its lock until destroyed. On going
  // on, the manifest takes the new digests and times; run id and creation time stay.
  // Errors: Errc::locked naming the holder's process id; Errc::io; Errc::damaged when run.json is
  // not readable; Errc::usage when `path` is no directory, or one with other content.
  [[nodiscard]] static Result<RunDirectory> enter(Storage& storage,
                                                  const std::filesystem::path& path,
                                                  const Start& start);

  // The manifest of a run, without the lock, for readers.
  // Errors: Errc::input when there is no run; Errc::damaged.
  [[nodiscard]] static Result<Manifest> inspect(Storage& storage,
                                                const std::filesystem::path& path);

  RunDirectory(RunDirectory&&) noexcept;
  RunDirectory& operator=(RunDirectory&&) noexcept;
  ~RunDirectory();

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] const Manifest& manifest() const;
  [[nodiscard]] bool is_new() const;  // enter() made it: there is nothing to resume

  // Notes that the journal has a segment of this number, so that its loss would show. Fit for
  // Opening::on_segment; called by one thread at a time.
  [[nodiscard]] Status note_segment(std::uint64_t segment);

 private:
  struct State;
  explicit RunDirectory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay::journal
