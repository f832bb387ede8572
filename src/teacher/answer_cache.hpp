#pragma once

#include "assay/content_key.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay::teacher {

// What must be known of a request to answer it again without reading it.
struct KnownAnswer {
  std::string model;
  std::vector<ContentKey> contents;  // of the prompts
  std::int64_t token_bound = 0;      // what the limiter takes
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::string_view content_type = "application/json";
  std::string body;
};

// Answers by the text of the request, for the precomputed mode: to compare four kilobytes with what
// was kept costs a fiftieth of a digest that needs no comparing. Bounded: a full cache takes no
// more, since a benchmark asks the same few thousand requests again and again. One per loop.
class AnswerCache {
 public:
  // `request` is all that the answer depends on.
  [[nodiscard]] const KnownAnswer* find(std::string_view request) const;
  // The answer as kept, or nullptr when the cache is full.
  const KnownAnswer* keep(std::string_view request, KnownAnswer answer);

 private:
  static constexpr std::size_t bytes_max = std::size_t{1} << 30;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, std::unique_ptr<const KnownAnswer>, Hash, std::equal_to<>>
      answers_;
  std::size_t bytes_ = 0;
};

}  // namespace assay::teacher
