#include "net/inflater.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace assay::net {

namespace {

constexpr int gzip_only = 16 + MAX_WBITS;  // zlib.h, inflateInit2

uInt clamped(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

struct Inflater::Stream {
  z_stream z{};
};

Inflater::Inflater() : stream_(std::make_unique<Stream>()) {
  if (inflateInit2(&stream_->z, gzip_only) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&stream_->z);
}

Inflater::Step Inflater::step(std::string_view in, std::span<char> out) {
  z_stream& z = stream_->z;
  // zlib takes a plain pointer and does not write to it.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = clamped(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = clamped(out.size());
  const uInt in_before = z.avail_in;
  const uInt out_before = z.avail_out;
  const int result = inflate(&z, Z_NO_FLUSH);
  Step step{.state = State::wants_input,
            .taken = in_before - z.avail_in,
            .made = out_before - z.avail_out};
  if (result == Z_STREAM_END) {
    step.state = State::ended;
  } else if (result != Z_OK && result != Z_BUF_ERROR) {  // the latter: nothing could be done
    step.state = State::wrong;
  } else if (z.avail_out == 0) {
    step.state = State::wants_room;
  }
  return step;
}

}  // namespace assay::net
