#include "journal/byte_stream.hpp"

#include "journal/io_error.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace assay::journal {
namespace {

// Stays in the second-level cache, so that bytes are summed where the copy left them.
constexpr std::size_t block_bytes = 256u << 10;

// Of a file, in memory at a time; a multiple of map_alignment, so that it is mapped in huge pages.
constexpr std::uint64_t window_bytes = 2u << 20;

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
      limit_(limit) {}

ByteStream::ByteStream(ByteStream&& other) noexcept
    : storage_(other.storage_),
      path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      file_bytes_(other.file_bytes_),
      limit_(other.limit_),
      offset_(other.offset_),
      bytes_(std::exchange(other.bytes_, {})),
      mapped_(std::exchange(other.mapped_, {})),
      maps_(other.maps_),
      buffer_(std::move(other.buffer_)) {}

ByteStream& ByteStream::operator=(ByteStream&& other) noexcept {
  std::swap(storage_, other.storage_);
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(file_bytes_, other.file_bytes_);
  std::swap(limit_, other.limit_);
  std::swap(offset_, other.offset_);
  std::swap(bytes_, other.bytes_);
  std::swap(mapped_, other.mapped_);
  std::swap(maps_, other.maps_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

ByteStream::~ByteStream() {
  if (!mapped_.empty()) storage_->unmap(mapped_);
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
  if (offset_ >= limit_) return false;
  if (maps_ && map_more()) return true;
  return read_more();
}

// The next window begins where bytes() does, so that a line over its edge is whole in it.
bool ByteStream::map_more() {
  const std::uint64_t begin = offset_ - bytes_.size();
  const std::uint64_t base = begin - begin % map_alignment;
  const std::uint64_t wanted =
      begin - base + std::max<std::uint64_t>(window_bytes, 2 * bytes_.size());
  const std::uint64_t end = std::min(limit_, base + wanted);
  const std::string_view fresh = storage_->map(file_, base, static_cast<std::size_t>(end - base));
  maps_ = !fresh.empty();
  if (!maps_) return false;
  if (!mapped_.empty()) storage_->unmap(mapped_);
  mapped_ = fresh;
  bytes_ = fresh.substr(static_cast<std::size_t>(begin - base));
  offset_ = end;
  return true;
}

Result<bool> ByteStream::read_more() {
  std::vector<char> larger;
  const bool is_larger = buffer_.size() < bytes_.size() + block_bytes / 2;
  if (is_larger) larger.resize(std::max(block_bytes, 2 * bytes_.size()));
  char* const front = is_larger ? larger.data() : buffer_.data();
  if (!bytes_.empty()) std::memmove(front, bytes_.data(), bytes_.size());
  if (is_larger) buffer_ = std::move(larger);
  if (!mapped_.empty()) storage_->unmap(std::exchange(mapped_, {}));
  const std::size_t room = static_cast<std::size_t>(
      std::min<std::uint64_t>(limit_ - offset_, buffer_.size() - bytes_.size()));
  const auto count =
      read_full(*storage_, file_, std::span(buffer_).subspan(bytes_.size(), room), offset_);
  bytes_ = {buffer_.data(), bytes_.size()};
  if (!count) return std::unexpected(io_error("read", path_, count.error()));
  bytes_ = {buffer_.data(), bytes_.size() + *count};
  offset_ += *count;
  return *count > 0;
}

}  // namespace assay::journal
