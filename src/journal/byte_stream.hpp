#pragma once

#include "assay/result.hpp"
#include "journal/storage.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string_view>
#include <vector>

namespace assay::journal {

// A file front to back through one window: what a reader has not taken stays at the front. Grows
// only when one line needs more than the window. The window is a mapping where the storage gives
// one, which saves a copy that costs as much as the sums; else a buffer.
class ByteStream {
 public:
  // Ends where the file ends now, so that what a writer adds meanwhile stays out of sight; or at
  // `limit`, if that comes first. Errors: Errc::io.
  [[nodiscard]] static Result<ByteStream> open(
      Storage& storage,
      const std::filesystem::path& path,
      std::uint64_t limit = std::numeric_limits<std::uint64_t>::max());
  ByteStream(ByteStream&& other) noexcept;
  ByteStream& operator=(ByteStream&& other) noexcept;
  ~ByteStream();

  // Bytes read and not taken. Valid until more().
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  void take(std::size_t count) { bytes_.remove_prefix(count); }

  // Reads on behind bytes(). False at the end of the file. Errors: Errc::io.
  [[nodiscard]] Result<bool> more();

  // Of the file when it was opened.
  [[nodiscard]] std::uint64_t file_bytes() const { return file_bytes_; }

 private:
  ByteStream(Storage& storage,
             std::filesystem::path path,
             FileHandle file,
             std::uint64_t file_bytes,
             std::uint64_t limit);
  [[nodiscard]] bool map_more();
  Result<bool> read_more();

  Storage* storage_;
  std::filesystem::path path_;
  FileHandle file_;
  std::uint64_t file_bytes_;
  std::uint64_t limit_;
  std::uint64_t offset_ = 0;  // in the file, behind bytes_
  std::string_view bytes_;    // in mapped_ or buffer_
  std::string_view mapped_;
  bool maps_ = true;  // until the storage has refused once
  std::vector<char> buffer_;
};

}  // namespace assay::journal
