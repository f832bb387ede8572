#include "teacher/gzip.hpp"

#include "assay/ensure.hpp"

#include <zlib.h>

namespace assay::teacher {

std::string gzipped(std::string_view content) {
  constexpr int gzip_window = 16 + MAX_WBITS;
  constexpr int memory_level = 8;  // zlib's default
  z_stream z{};
  ensure(
      deflateInit2(
          &z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) ==
          Z_OK,
      "zlib has memory");
  std::string out(deflateBound(&z, content.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  ensure(deflate(&z, Z_FINISH) == Z_STREAM_END, "the bound holds");
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

}  // namespace assay::teacher
