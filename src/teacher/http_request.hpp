#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::teacher {

// A complete request of HTTP/1.1. Views into the buffer it was read from, or into the reader.
struct HttpRequest {
  static constexpr std::size_t body_padding = 64;  // simdjson reads this far behind the end

  std::string_view method;
  std::string_view target;
  std::string_view authorization;  // the whole header value; empty when absent
  std::string_view api_key;        // of x-api-key, api-key or x-goog-api-key; empty when absent
  std::string_view
      body;  // body_padding readable bytes follow it, so that it can be parsed in place
  bool keep_alive = true;
  bool accepts_gzip = false;
};

struct HttpLimits {
  std::size_t head_bytes_max = 64 * 1024;
  std::size_t body_bytes_max = 64 * 1024 * 1024;  // an array of thousands of long prompts
};

// Reads requests one after the other from the front of a growing buffer. Pure: bytes come from the
// caller.
class HttpReader {
 public:
  explicit HttpReader(HttpLimits limits = {}) : limits_(limits) {}

  enum class State {
    incomplete,      // more bytes are needed
    wants_continue,  // the same, and the client waits for "100 Continue"; said once per request
    complete,        // request() is valid until consume() or the buffer changes
    refused,         // status() says why; the connection cannot go on
  };

  // Looks at `buffer` from its front. It may be reallocated for the body's padding.
  [[nodiscard]] State read(std::string& buffer);
  [[nodiscard]] const HttpRequest& request() const { return request_; }
  [[nodiscard]] int status() const { return status_; }
  // Removes the complete request from the buffer's front.
  void consume(std::string& buffer);

 private:
  [[nodiscard]] State read_head(std::string_view buffer);
  [[nodiscard]] bool read_field(std::string_view name, std::string_view value);
  [[nodiscard]] State read_chunks(std::string_view buffer);
  [[nodiscard]] State refuse(int status);

  enum class Framing { none, length, chunked };

  HttpLimits limits_;
  HttpRequest request_;
  int status_ = 0;
  std::size_t searched_ = 0;    // no end of the head before here
  std::size_t head_bytes_ = 0;  // 0 until the head is complete
  std::size_t consumed_ = 0;    // bytes of the whole request, once known
  Framing framing_ = Framing::none;
  std::size_t length_ = 0;
  bool wants_continue_ = false;
  std::string chunked_body_;
  std::size_t chunk_at_ = 0;  // where the next chunk's size begins
};

}  // namespace assay::teacher
