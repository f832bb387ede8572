#include "teacher/dialect.hpp"

#include <algorithm>

namespace assay::teacher {

namespace {

// What stands for the star of the pattern, or nothing when it does not match.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos)
    return pattern == path ? std::optional(std::string_view{}) : std::nullopt;
  const auto before = pattern.substr(0, star);
  const auto after = pattern.substr(star + 1);
  if (path.size() < before.size() + after.size() || !path.starts_with(before) ||
      !path.ends_with(after)) {
    return std::nullopt;
  }
  const auto middle = path.substr(before.size(), path.size() - before.size() - after.size());
  if (middle.empty() || middle.find('/') != std::string_view::npos) return std::nullopt;
  return middle;
}

}  // namespace

std::span<const Dialect> dialects() {
  static const Dialect table[] = {
      openai_dialect,
      vllm_dialect,
      sglang_dialect,
      tgi_dialect,
      fireworks_dialect,
      together_dialect,
      llama_cpp_dialect,
      llama_cpp_python_dialect,
      azure_dialect,
      openrouter_dialect,
      anthropic_dialect,
      gemini_dialect,
  };
  return table;
}

const Dialect* dialect_of(std::string_view name) {
  const auto all = dialects();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Dialect& d) { return d.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Place place_of(std::string_view target, const Dialect& at_root) {
  Place place{&at_root, nullptr, target.substr(0, target.find('?')), {}};
  if (place.rest.starts_with('/')) {
    const auto end = std::min(place.rest.find('/', 1), place.rest.size());
    const auto segment = place.rest.substr(1, end - 1);
    const auto at = std::min(segment.find('@'), segment.size());
    if (const auto* named = dialect_of(segment.substr(0, at)); named != nullptr) {
      place.dialect = named;
      place.model = segment.substr(std::min(at + 1, segment.size()));
      place.rest.remove_prefix(end);
    }
  }
  for (const auto& route : place.dialect->routes) {
    const auto middle = match(route.path, place.rest);
    if (!middle) continue;
    place.route = &route;
    if (!middle->empty()) place.model = *middle;
  }
  return place;
}

}  // namespace assay::teacher
