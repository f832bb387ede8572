#pragma once

#include "journal/storage.hpp"

namespace assay::journal {

// The operating system's files. Stateless: one serves the whole process, from any thread.
[[nodiscard]] Storage& posix_storage();

}  // namespace assay::journal
