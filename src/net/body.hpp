#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace assay::net {

// The bytes of an answer's body: grows as bytes arrive, can be written in place, and ends with
// body_padding zero bytes so that it can be parsed in place. Move-only. Nothing is allocated before
// the first byte.
class Body {
 public:
  Body() = default;
  Body(Body&& other) noexcept;
  Body& operator=(Body&& other) noexcept;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  ~Body();

  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  void reserve(std::size_t bytes);       // exactly; never shrinks. Throws std::bad_alloc
  [[nodiscard]] std::span<char> room();  // between size and capacity, to be written into
  void advance(std::size_t bytes);       // that many bytes of room() were written
  void append(std::string_view bytes);   // needs the room
  void seal();                           // writes the padding; view() is valid from here on

 private:
  char* data_ = nullptr;  // malloc'ed: realloc grows large bodies without copying, and nothing is
                          // zeroed first
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // without the padding
};

}  // namespace assay::net
