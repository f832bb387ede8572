#pragma once

#include "assay/result.hpp"

#include <filesystem>

namespace assay::journal {

// The lock of a run directory: an open-file-description lock on `lock`, with the holder's process
// id inside. The kernel frees it however the holder ends, so a left-over file locks nothing.
class RunLock {
 public:
  // Errors: Errc::locked naming the holder; Errc::io.
  [[nodiscard]] static Result<RunLock> take(const std::filesystem::path& run);
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&& other) noexcept;
  ~RunLock();

 private:
  explicit RunLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace assay::journal
