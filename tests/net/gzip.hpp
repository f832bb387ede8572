#pragma once

#include <string>
#include <string_view>

namespace assay::net::testing {

// As a gzip file of one member (RFC 1952).
[[nodiscard]] std::string gzip(std::string_view content);

}  // namespace assay::net::testing
