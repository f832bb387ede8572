#include "journal/new_run.hpp"

#include "journal/atomic_file.hpp"
#include "journal/codec.hpp"

#include <fmt/format.h>

#include <utility>

namespace assay::journal {
namespace {

constexpr std::size_t config_bytes_max = 16u << 20;
// As the writer's groups.
constexpr std::size_t group_bytes = 1u << 20;

}  // namespace

Result<NewRun> NewRun::make(Storage& storage,
                            const std::filesystem::path& from,
                            const std::filesystem::path& to,
                            const Copyist& copyist) {
  const auto manifest = RunDirectory::inspect(storage, from);
  if (!manifest) return std::unexpected(manifest.error());
  const auto config = read_small_file(storage, from / "config.yaml", config_bytes_max);
  if (!config) return std::unexpected(config.error());
  if (RunDirectory::inspect(storage, to)) {
    return fail(Errc::usage, fmt::format("{} holds a run already; name a new folder", to.string()));
  }
  auto entered = RunDirectory::enter(storage,
                                     to,
                                     {.version = copyist.version,
                                      .git_commit = manifest->git_commit,
                                      .config_text = *config,
                                      .config_digest = manifest->config_digest,
                                      .data_digest = manifest->data_digest,
                                      .time = copyist.clock(),
                                      .verification = manifest->verification,
                                      .derived_from = from.string()});
  if (!entered) return std::unexpected(entered.error());
  auto directory = std::make_unique<RunDirectory>(std::move(*entered));
  auto appender = Appender::open(
      storage,
      to,
      {.run = directory->manifest().run,
       .config_digest = manifest->config_digest,
       .data_digest = manifest->data_digest,
       .version = copyist.version,
       .clock = copyist.clock,
       .on_segment = [notes = directory.get()](
                         std::uint64_t segment) { return notes->note_segment(segment); }},
      {});
  if (!appender) return std::unexpected(appender.error());
  return NewRun(std::move(directory), std::move(*appender), copyist);
}

Status NewRun::flush() {
  bytes_ = 0;
  return appender_.append_payloads(std::exchange(payloads_, {}));
}

Status NewRun::add(std::string_view payload) {
  payloads_.emplace_back(payload);
  bytes_ += payload.size();
  ++records_;
  return bytes_ < group_bytes ? Status{} : flush();
}

Status NewRun::finish(std::string_view topic, std::string text) {
  const Record note =
      NoteRecord{.topic = std::string(topic), .text = std::move(text), .time = copyist_.clock()};
  append_payload(payloads_.emplace_back(), note, Detail::debug);
  if (Status flushed = flush(); !flushed) return flushed;
  return appender_.close();
}

}  // namespace assay::journal
