#pragma once

// What this process has used so far.

namespace assay::bench {

[[nodiscard]] double cpu_seconds();     // user and system, all threads
[[nodiscard]] double peak_megabytes();  // resident

}  // namespace assay::bench
