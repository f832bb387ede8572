#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::pace {

// Which piece of work; the loop chooses it (the row's place in its plan, say) and keeps the texts.
enum class WorkItemId : std::uint64_t {};

// One sending of one or more items; made by the dispatcher, never used twice by one dispatcher.
enum class RequestId : std::uint64_t {};

// Place in the list of policies the run was given.
enum class PolicyId : std::uint32_t {};

// Place in the list of endpoints the run was given. What a provider limits is (endpoint, model,
// key): an origin that serves two models stands in the list twice.
enum class EndpointId : std::uint32_t {};

[[nodiscard]] constexpr std::size_t index_of(PolicyId id) {
  return static_cast<std::size_t>(id);
}
[[nodiscard]] constexpr std::size_t index_of(EndpointId id) {
  return static_cast<std::size_t>(id);
}

}  // namespace assay::pace
