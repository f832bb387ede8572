#include "config/problems.hpp"

#include "config/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace assay::config {

void Problems::add(std::string_view place, std::string_view sentence) {
  only_flags_ = only_flags_ && place.starts_with("--");
  if (lines_.size() == problems_max) {
    ++left_out_;
    return;
  }
  lines_.push_back(fmt::format("{}: {}", place, sentence));
}

Error Problems::to_error() const {
  std::string detail = fmt::format("{}", fmt::join(lines_, "\n"));
  if (left_out_ > 0) detail += fmt::format("\n... and {} more", left_out_);
  return {only_flags_ ? Errc::usage : Errc::config, std::move(detail)};
}

}  // namespace assay::config
