#pragma once

#include <string_view>

namespace assay::journal {

// Whether a provider's text can stand in a line as it is: `[` ... `]`, brackets and quotes in
// balance, ended exactly at its end, no control character anywhere, only ASCII outside strings and
// UTF-8 inside. Cheap; what a full parse would still find wrong, the parse that validated the
// answer has found.
[[nodiscard]] bool is_raw_array(std::string_view text);

}  // namespace assay::journal
