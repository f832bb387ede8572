#pragma once

#include "assay/result.hpp"
#include "journal/storage.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace assay::journal {

// Where a file is written before it takes its name.
[[nodiscard]] std::filesystem::path temporary_of(const std::filesystem::path& path);

// A derived file that appears whole or not at all: written under a temporary name in the same
// folder, synced, renamed, and the folder synced.
class AtomicFile {
 public:
  // Errors: Errc::io, Errc::disk_full. A left-over temporary of a killed process is replaced.
  [[nodiscard]] static Result<AtomicFile> begin(Storage& storage, std::filesystem::path path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();  // without commit: the temporary is removed, the old file stays

  [[nodiscard]] Status append(std::string_view text);  // buffered
  [[nodiscard]] Status commit();

 private:
  AtomicFile(Storage& storage, std::filesystem::path path, FileHandle file);
  [[nodiscard]] Status flush();
  Storage* storage_;
  std::filesystem::path path_;
  FileHandle file_;
  std::string buffer_;
};

[[nodiscard]] Status write_file_atomically(Storage& storage,
                                           const std::filesystem::path& path,
                                           std::string_view text);

// The whole of a small file. Errors: Errc::io; Errc::input when there is none, or it is larger than
// `bytes_max`.
[[nodiscard]] Result<std::string> read_small_file(Storage& storage,
                                                  const std::filesystem::path& path,
                                                  std::size_t bytes_max);

}  // namespace assay::journal
