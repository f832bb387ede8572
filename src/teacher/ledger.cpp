#include "teacher/ledger.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace assay::teacher {

namespace {

void text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.string(text);
  }
}

}  // namespace

void append_json_line(std::string& out, const LedgerLine& line) {
  JsonWriter json(out);
  json.begin_object().key("n").number(line.ordinal);
  json.key("t_ms").number(static_cast<std::int64_t>(line.at / std::chrono::milliseconds(1)));
  text_or_null(json, "content", line.content ? to_hex(*line.content) : "");
  json.key("prompts").begin_array();
  for (const auto& prompt : line.prompts) json.string(to_hex(prompt));
  json.end_array();
  text_or_null(json, "model", line.model);
  json.key("status").number(line.status);
  json.key("in").number(line.tokens_in.value).key("out").number(line.tokens_out.value);
  json.key("cost_nanousd").number(line.cost.nanos()).key("attempt");
  if (line.attempt) {
    json.number(std::uint64_t{*line.attempt});
  } else {
    json.null();
  }
  text_or_null(json, "fault", line.fault);
  text_or_null(json, "refusal", line.refusal);
  json.end_object();
  out += '\n';
}

Result<Ledger> Ledger::open(const std::filesystem::path& path, Sync sync) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(Errc::io,
                fmt::format("cannot open the ledger {}: {}; name a file that can be written",
                            path.string(),
                            std::strerror(errno)));
  }
  return Ledger(file, sync, path);
}

Ledger::Ledger(int file, Sync sync, std::filesystem::path path)
    : file_(file), sync_(sync), path_(std::move(path)) {}

Ledger::Ledger(Ledger&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      sync_(other.sync_),
      path_(std::move(other.path_)),
      pending_(std::move(other.pending_)) {}

Ledger::~Ledger() {
  if (file_ < 0) return;
  static_cast<void>(flush());  // whoever wants to know flushes before
  ::close(file_);
}

Status Ledger::add(const LedgerLine& line) {
  append_json_line(pending_, line);
  return sync_ == Sync::each_line ? flush() : Status{};
}

Status Ledger::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const auto written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      auto status =
          fail(Errc::io,
               fmt::format("cannot write the ledger {}: {}", path_.string(), std::strerror(errno)));
      pending_.erase(0, pending_.size() - rest.size());
      return status;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  pending_.clear();
  return {};
}

}  // namespace assay::teacher
