#pragma once

#include <string>
#include <string_view>

namespace assay::dataset {

// 64 lower-case hex digits. Only for names that another tool derives in the same way (cje.md, 5.1).
// Source: FIPS 180-4.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace assay::dataset
