#pragma once

#include "assay/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace assay::journal {

// A temporary file without a name: it is gone with its last user, however that ends.
class SpillFile {
 public:
  // Errors: Errc::io, Errc::disk_full, naming the folder.
  [[nodiscard]] static Result<SpillFile> open(const std::filesystem::path& folder);
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&& other) noexcept;
  ~SpillFile();

  // All of the bytes, or an error.
  [[nodiscard]] Status write_at(const void* bytes, std::size_t size, std::uint64_t offset);
  [[nodiscard]] Status read_at(void* bytes, std::size_t size, std::uint64_t offset) const;

 private:
  SpillFile(int file, std::filesystem::path folder) : file_(file), folder_(std::move(folder)) {}
  int file_ = -1;
  std::filesystem::path folder_;
};

}  // namespace assay::journal
