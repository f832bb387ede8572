#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

// `text` made safe for a record, a terminal or a log: control characters (C0, DEL, C1),
// bidirectional controls and bytes that are not UTF-8 become \xNN or \u{N}, and at most `bytes_max`
// bytes are kept, cut between characters with
// "..." at the end.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max);

}  // namespace assay
