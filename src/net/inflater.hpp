#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace assay::net {

// A gzip stream of one member (RFC 1952) that comes in pieces; its check of the content is made.
class Inflater {
 public:
  // What zlib allocates for it: a window of 32 KiB and tables.
  static constexpr std::size_t bytes = std::size_t{48} << 10;

  Inflater();  // throws std::bad_alloc
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class State : std::uint8_t {
    wants_input,  // all of `in` was taken
    wants_room,   // `out` is full: call again with what is left of `in`
    ended,        // the content is whole and right
    wrong,        // this is no gzip
  };
  struct Step {
    State state;
    std::size_t taken;  // bytes of `in`
    std::size_t made;   // bytes of `out`
  };
  // Not after ended or wrong. `out` is not empty.
  [[nodiscard]] Step step(std::string_view in, std::span<char> out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace assay::net
