#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::journal {

// RFC 4648, section 4, with padding.
void append_base64(std::string& out, std::string_view bytes);
[[nodiscard]] std::optional<std::string> bytes_of_base64(std::string_view text);

}  // namespace assay::journal
