#pragma once

#include <string>
#include <string_view>

namespace assay::teacher {

// As a gzip file of one member (RFC 1952), at zlib's default level, as web servers do it.
[[nodiscard]] std::string gzipped(std::string_view content);

}  // namespace assay::teacher
