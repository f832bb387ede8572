#include "journal/salvage.hpp"

namespace assay::journal {

bool Salvage::verifies(std::string_view line) {
  const auto stated = stated_sum(line);
  const auto group = group_start_of(line);
  const std::optional<std::uint64_t> candidates[] = {
      stated_before_, computed_before_, group ? std::optional(group->after) : std::nullopt};
  // What this line's sum should have been, should its text of the sum be what is damaged.
  computed_before_.reset();
  if (stated_before_ && line.size() > sum_tail_bytes) {
    computed_before_ = chain_.sum_of(summed_part(line), *stated_before_);
  }
  stated_before_ = stated;
  if (!stated) return false;
  for (const auto& previous : candidates) {
    if (previous && chain_.sum_of(summed_part(line), *previous) == *stated) return true;
  }
  return false;
}

std::size_t Salvage::scan(
    std::string_view bytes,
    const std::function<void(std::string_view line)>& take,
    const std::function<void(std::uint64_t offset, std::uint64_t bytes)>& lose) {
  std::size_t at = 0;
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos;
       end = bytes.find('\n', at)) {
    std::string_view line = bytes.substr(at, end - at);
    bool good = verifies(line);
    // The newline before the line may be what was damaged: its front is lost, not the rest.
    for (std::size_t mark = line.find(group_mark, 1); !good && mark != std::string_view::npos;
         mark = line.find(group_mark, mark + 1)) {
      good = verifies(line.substr(mark));
      if (!good) continue;
      lose(offset_, mark);
      line.remove_prefix(mark);
    }
    if (good) {
      take(line);
    } else {
      lose(offset_, end + 1 - at);
    }
    offset_ += end + 1 - at;
    at = end + 1;
  }
  return at;
}

}  // namespace assay::journal
