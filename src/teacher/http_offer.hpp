#pragma once

#include <cstdint>

namespace assay::teacher {

// What a server speaks; of both, HTTP/2 where the client offers it.
enum class HttpOffer : std::uint8_t { both, http1, http2 };

// How HTTP/2 is spoken, beyond what a request's fault does.
struct Http2Manner {
  std::uint32_t streams_max = 100;  // at once on a connection
};

}  // namespace assay::teacher
