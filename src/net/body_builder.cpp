#include "net/body_builder.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace assay::net {

namespace {

std::unexpected<Failure> too_long() {
  return std::unexpected(
      make_failure(FailureClass::malformed_response, "the body is longer than its limit"));
}

}  // namespace

BodyBuilder::Verdict BodyBuilder::announce(std::uint64_t length) {
  if (length > limits_.body_bytes_max) return too_long();
  announced_ = static_cast<std::size_t>(length);
  return {};
}

BodyBuilder::Verdict BodyBuilder::append(std::string_view bytes) {
  if (bytes.size() > limits_.body_bytes_max - body_.size()) return too_long();
  if (auto ok = grow_to_hold(body_.size() + bytes.size()); !ok) return ok;
  body_.append(bytes);
  return {};
}

std::expected<std::span<char>, Failure> BodyBuilder::room() {
  if (body_.size() == body_.capacity()) {
    if (auto ok = grow_to_hold(body_.size() + 1); !ok) {
      return std::unexpected(std::move(ok.error()));
    }
  }
  return body_.room();
}

BodyBuilder::Verdict BodyBuilder::grow_to_hold(std::size_t bytes) {
  if (bytes <= body_.capacity()) return {};
  const std::size_t first =
      announced_ ? std::min(*announced_, limits_.body_first_step) : std::size_t{4096};
  std::size_t capacity = std::max({bytes, 2 * body_.capacity(), first});
  capacity = std::min(capacity, limits_.body_bytes_max);
  if (announced_) capacity = std::max(bytes, std::min(capacity, *announced_));
  return set_capacity(capacity);
}

BodyBuilder::Verdict BodyBuilder::set_capacity(std::size_t bytes) {
  const std::size_t more = bytes - body_.capacity();
  if (!budget_.take(more)) {
    return std::unexpected(make_failure(
        FailureClass::overloaded, "the answers under way together exceed their memory limit"));
  }
  try {
    body_.reserve(bytes);
  } catch (const std::bad_alloc&) {
    budget_.give_back(more);
    return std::unexpected(make_failure(FailureClass::overloaded, "no memory for the answer"));
  }
  return {};
}

Body BodyBuilder::take() {
  budget_.give_back(body_.capacity());
  body_.seal();
  return std::exchange(body_, Body{});
}

}  // namespace assay::net
