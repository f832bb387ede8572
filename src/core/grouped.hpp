#pragma once

#include <cstdint>
#include <string>

namespace assay {

// "12,345".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace assay
