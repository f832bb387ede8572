#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace assay::cli {

[[nodiscard]] std::string overview();                          // `assay help`, one screen
[[nodiscard]] std::string version_text();                      // "assay 0.1.0 (commit ...)"
[[nodiscard]] std::string help_topic(std::string_view topic);  // empty when there is none

}  // namespace assay::cli
