#include "journal/byte_stream.hpp"

#include "journal/io_error.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace assay::journal {
namespace {

// Stays in the second-level cache, so that bytes are summed where the copy left them.
constexpr std::size_t block_bytes = 256u << 10;

}  // namespace

ByteStream::ByteStream(Storage& storage,
                       std::filesystem::path path,
                       FileHandle file,
                       std::uint64_t file_bytes,
                       std::uint64_t limit)
    : storage_(&storage),
      path_(std::move(path)),
      file_(file),
      file_bytes_(file_bytes),
      limit_(limit),
      buffer_(block_bytes) {}

ByteStream::ByteStream(ByteStream&& other) noexcept
    : storage_(other.storage_),
      path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      file_bytes_(other.file_bytes_),
      limit_(other.limit_),
      offset_(other.offset_),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_) {}

ByteStream& ByteStream::operator=(ByteStream&& other) noexcept {
  std::swap(storage_, other.storage_);
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(file_bytes_, other.file_bytes_);
  std::swap(offset_, other.offset_);
  std::swap(limit_, other.limit_);
  std::swap(buffer_, other.buffer_);
  std::swap(begin_, other.begin_);
  std::swap(end_, other.end_);
  return *this;
}

ByteStream::~ByteStream() {
  if (file_ >= 0) static_cast<void>(storage_->close(file_));  // read only: nothing can be lost
}

Result<ByteStream> ByteStream::open(Storage& storage,
                                    const std::filesystem::path& path,
                                    std::uint64_t limit) {
  const auto file = storage.open_to_read(path);
  if (!file) return std::unexpected(io_error("open", path, file.error()));
  const auto size = storage.size_of(*file);
  if (!size) {
    static_cast<void>(storage.close(*file));
    return std::unexpected(io_error("read", path, size.error()));
  }
  return ByteStream(storage, path, *file, *size, std::min(*size, limit));
}

Result<bool> ByteStream::more() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= std::exchange(begin_, 0);
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::uint64_t left = limit_ - std::min(limit_, offset_);
  const std::size_t room =
      static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer_.size() - end_));
  const auto count = read_full(*storage_, file_, std::span(buffer_).subspan(end_, room), offset_);
  if (!count) return std::unexpected(io_error("read", path_, count.error()));
  end_ += *count;
  offset_ += *count;
  return *count > 0;
}

}  // namespace assay::journal
