#pragma once

#include "assay/content_key.hpp"

#include <cstdint>
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

// Answers by the digest of the request's body, for the precomputed mode. Bounded: a full cache
// takes no more, since a benchmark asks the same few thousand requests again and again. One per
// loop.
class AnswerCache {
 public:
  [[nodiscard]] const KnownAnswer* find(const ContentKey& request) const;
  // The answer as kept, or nullptr when the cache is full.
  const KnownAnswer* keep(const ContentKey& request, KnownAnswer answer);

 private:
  static constexpr std::size_t bytes_max = std::size_t{1} << 30;
  struct Hash {
    std::size_t operator()(const ContentKey& key) const;
  };
  std::unordered_map<ContentKey, std::unique_ptr<const KnownAnswer>, Hash> answers_;
  std::size_t bytes_ = 0;
};

}  // namespace assay::teacher
