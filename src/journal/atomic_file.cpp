#include "journal/atomic_file.hpp"

#include "assay/ensure.hpp"
#include "journal/io_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace assay::journal {
namespace {

// One write per this many bytes.
constexpr std::size_t buffer_bytes = 256u << 10;

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

std::filesystem::path temporary_of(const std::filesystem::path& path) {
  return path.string() + ".new";
}

AtomicFile::AtomicFile(Storage& storage, std::filesystem::path path, FileHandle file)
    : storage_(&storage), path_(std::move(path)), file_(file) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : storage_(other.storage_),
      path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      buffer_(std::move(other.buffer_)) {}

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  // Nobody waits for this file any more; what cannot be removed is replaced next time.
  static_cast<void>(storage_->close(file_));
  static_cast<void>(storage_->remove(temporary_of(path_)));
}

Result<AtomicFile> AtomicFile::begin(Storage& storage, std::filesystem::path path) {
  const auto temporary = temporary_of(path);
  auto file = storage.create(temporary);
  if (!file && file.error().value == EEXIST) {
    if (const auto removed = storage.remove(temporary); !removed) {
      return std::unexpected(io_error("remove", temporary, removed.error()));
    }
    file = storage.create(temporary);
  }
  if (!file) return std::unexpected(io_error("create", temporary, file.error()));
  return AtomicFile(storage, std::move(path), *file);
}

Status AtomicFile::flush() {
  const auto written = write_all(*storage_, file_, buffer_);
  buffer_.clear();
  if (!written) return std::unexpected(io_error("write", path_, written.error()));
  return {};
}

Status AtomicFile::append(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < buffer_bytes ? Status{} : flush();
}

Status AtomicFile::commit() {
  ensure(file_ >= 0, "a file is committed once");
  if (Status flushed = flush(); !flushed) return flushed;
  const auto synced = storage_->sync_file(file_);
  if (!synced) return std::unexpected(io_error("sync", path_, synced.error()));
  const auto closed = storage_->close(std::exchange(file_, -1));
  if (!closed) return std::unexpected(io_error("close", path_, closed.error()));
  const auto renamed = storage_->rename(temporary_of(path_), path_);
  if (!renamed) return std::unexpected(io_error("rename to", path_, renamed.error()));
  const auto folder_synced = storage_->sync_directory(folder_of(path_));
  if (!folder_synced)
    return std::unexpected(io_error("sync the folder of", path_, folder_synced.error()));
  return {};
}

Status write_file_atomically(Storage& storage,
                             const std::filesystem::path& path,
                             std::string_view text) {
  auto file = AtomicFile::begin(storage, path);
  if (!file) return std::unexpected(file.error());
  if (Status appended = file->append(text); !appended) return appended;
  return file->commit();
}

Result<std::string> read_small_file(Storage& storage,
                                    const std::filesystem::path& path,
                                    std::size_t bytes_max) {
  const auto file = storage.open_to_read(path);
  if (!file) {
    Error error = io_error("open", path, file.error());
    if (file.error().value == ENOENT) error.code = Errc::input;
    return std::unexpected(std::move(error));
  }
  Io<std::size_t> count;
  std::string text;
  // What is not read is not touched: a bound is a hundred times what there is.
  text.resize_and_overwrite(bytes_max + 1, [&](char* begin, std::size_t room) {
    count = read_full(storage, *file, std::span(begin, room), 0);
    return count.value_or(0);
  });
  static_cast<void>(storage.close(*file));
  if (!count) return std::unexpected(io_error("read", path, count.error()));
  if (*count > bytes_max) {
    return fail(Errc::input, fmt::format("{} is larger than {} bytes", path.string(), bytes_max));
  }
  text.shrink_to_fit();
  return text;
}

}  // namespace assay::journal
