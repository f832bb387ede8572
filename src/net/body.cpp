#include "net/body.hpp"

#include "assay/ensure.hpp"
#include "core/exchange.hpp"

#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace assay::net {

Body::Body(Body&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Body& Body::operator=(Body&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

Body::~Body() {
  std::free(data_);
}

std::string_view Body::view() const {
  static constexpr char nothing[body_padding] = {};
  return data_ == nullptr ? std::string_view(nothing, 0) : std::string_view(data_, size_);
}

void Body::reserve(std::size_t bytes) {
  if (bytes <= capacity_) return;
  auto* grown = static_cast<char*>(std::realloc(data_, bytes + body_padding));
  if (grown == nullptr) throw std::bad_alloc();
  data_ = grown;
  capacity_ = bytes;
}

std::span<char> Body::room() {
  return {data_ + size_, capacity_ - size_};
}

void Body::advance(std::size_t bytes) {
  ensure(bytes <= capacity_ - size_, "a body advances within its room");
  size_ += bytes;
}

void Body::append(std::string_view bytes) {
  ensure(bytes.size() <= capacity_ - size_, "a body is appended to within its room");
  if (bytes.empty()) return;
  std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Body::seal() {
  if (data_ != nullptr) std::memset(data_ + size_, 0, body_padding);
}

}  // namespace assay::net
