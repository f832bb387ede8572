#include "teacher/answer_cache.hpp"

#include <cstring>

namespace assay::teacher {

std::size_t AnswerCache::Hash::operator()(const ContentKey& key) const {
  std::size_t hash = 0;
  std::memcpy(&hash, key.bytes.data(), sizeof hash);
  return hash;
}

const KnownAnswer* AnswerCache::find(const ContentKey& request) const {
  const auto found = answers_.find(request);
  return found == answers_.end() ? nullptr : found->second.get();
}

const KnownAnswer* AnswerCache::keep(const ContentKey& request, KnownAnswer answer) {
  if (bytes_ + answer.body.size() > bytes_max) return nullptr;
  bytes_ += answer.body.size();
  return answers_.emplace(request, std::make_unique<const KnownAnswer>(std::move(answer)))
      .first->second.get();
}

}  // namespace assay::teacher
