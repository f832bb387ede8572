#include "teacher/answer_cache.hpp"

#include <utility>

namespace assay::teacher {

const KnownAnswer* AnswerCache::find(std::string_view request) const {
  const auto found = answers_.find(request);
  return found == answers_.end() ? nullptr : found->second.get();
}

const KnownAnswer* AnswerCache::keep(std::string_view request, KnownAnswer answer) {
  const std::size_t size = request.size() + answer.body.size();
  if (bytes_ + size > bytes_max) return nullptr;
  bytes_ += size;
  return answers_
      .emplace(std::string(request), std::make_unique<const KnownAnswer>(std::move(answer)))
      .first->second.get();
}

}  // namespace assay::teacher
