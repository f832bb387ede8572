#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::journal {

// Sixteen random bytes that name a run. They seed every sum of its journal, so that a line of
// another run never verifies here.
struct RunId {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const RunId&, const RunId&) = default;
};

[[nodiscard]] std::string to_hex(const RunId& id);  // 32 lower-case digits
[[nodiscard]] std::optional<RunId> run_id_of(std::string_view hex);

}  // namespace assay::journal
