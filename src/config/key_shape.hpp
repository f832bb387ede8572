#pragma once

#include <string_view>

namespace assay::config {

// Whether `text` holds something that looks like an API key: a known prefix ("sk-", "fw_", "hf_",
// ...) with a long token behind it, or a bearer header. Such a text is refused and never repeated
// in a message.
[[nodiscard]] bool looks_like_key(std::string_view text);

}  // namespace assay::config
