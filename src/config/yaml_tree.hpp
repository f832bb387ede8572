#pragma once

// One YAML document as a tree with places, read strictly. yaml-cpp 0.7 accepts duplicate keys,
// alias cycles, NUL, bytes that are not UTF-8 and foreign tags; what it accepts too much is refused
// here, before anything is understood.

#include "config/problems.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::config {

inline constexpr std::size_t yaml_bytes_max = 1u << 20;  // a configuration, not a data set
inline constexpr std::size_t yaml_depth_max = 32;
inline constexpr std::size_t yaml_nodes_max = 10'000;

// From 1; columns count characters.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

enum class Style : std::uint8_t { plain, single_quoted, double_quoted, block };

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  Place place;
  Style style = Style::plain;   // of a scalar
  std::string text;             // of a scalar
  std::vector<YamlNode> keys;   // of a mapping: scalars, one per item, none twice
  std::vector<YamlNode> items;  // of a mapping or a sequence
};

// "run.yaml:3:9".
[[nodiscard]] std::string to_text(std::string_view file, Place place);

// Reads `text`. What makes a tree unsafe (size, bytes, syntax, depth, nodes, aliases, tags, several
// documents) ends reading with one problem and gives a null node; duplicate and strange keys are
// reported and left out. An empty document is a null node without a problem.
[[nodiscard]] YamlNode read_yaml(std::string_view file, std::string_view text, Problems& problems);

}  // namespace assay::config
