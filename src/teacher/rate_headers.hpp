#pragma once

#include "teacher/limiter.hpp"

#include <string>

namespace assay::teacher {

// A duration as Go prints it: "0s", "120ms", "1.5s", "6m0s", "1h2m3s". Source: providers.md,
// section 4.
[[nodiscard]] std::string go_duration(Duration duration);

// Appends x-ratelimit-{limit,remaining,reset}-<axis>, each with its line end.
void append_rate_headers(std::string& out, std::string_view axis, const AxisState& state);

// Appends retry-after (whole seconds, rounded up) and retry-after-ms (rounded up).
void append_retry_headers(std::string& out, Duration wait);

}  // namespace assay::teacher
