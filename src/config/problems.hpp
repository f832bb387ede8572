#pragma once

#include "assay/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay::config {

// What is wrong with a configuration. All of it is collected, so that one run of `config check`
// shows all of it.
class Problems {
 public:
  // `place` is "run.yaml:3:9", "ASSAY_SEED" or "--seed"; `sentence` names the key and one fix.
  void add(std::string_view place, std::string_view sentence);

  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] std::size_t count() const { return lines_.size() + left_out_; }

  // One line each, the first `problems_max` of them. Errc::usage when all of them are about flags.
  [[nodiscard]] Error to_error() const;

 private:
  std::vector<std::string> lines_;
  std::size_t left_out_ = 0;
  bool only_flags_ = true;
};

}  // namespace assay::config
