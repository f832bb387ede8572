#pragma once

#include "net/scripted_server.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::net::testing {

// A frame of HTTP/2 (RFC 9113, 4.1).
struct Frame {
  enum Type : std::uint8_t {
    data = 0,
    headers = 1,
    rst_stream = 3,
    settings = 4,
    ping = 6,
    goaway = 7,
    window_update = 8,
    continuation = 9,
  };
  enum Flag : std::uint8_t { ack = 1, end_stream = 1, end_headers = 4, priority = 32 };
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string payload = {};
};

// Codes of RST_STREAM and GOAWAY (RFC 9113, 7).
enum class Code : std::uint32_t {
  none = 0,
  protocol_error = 1,
  internal_error = 2,
  refused_stream = 7,
  cancel = 8,
  enhance_your_calm = 11,
  http_1_1_required = 13,
};

// What a client says first (RFC 9113, 3.4).
inline constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// The server's side of HTTP/2, frame by frame and by hand, so that a script can say what no library
// would. Knows nothing of the client's HPACK: fields of requests are not read.
class Http2Peer {
 public:
  explicit Http2Peer(Peer& peer) : peer_(peer) {}

  using Fields = std::vector<std::pair<std::string, std::string>>;
  struct Settings {
    std::optional<std::uint32_t> streams_max = std::nullopt;
    std::optional<std::uint32_t> window = std::nullopt;  // for what the client sends on a stream
    bool priorities = true;
  };

  // Takes the client's preface and says these settings.
  bool greet(Settings settings);
  bool greet() { return greet(Settings()); }

  [[nodiscard]] std::optional<Frame> read();
  // The stream of the next whole request; SETTINGS and PING are acknowledged on the way, resets and
  // goodbyes of the client are counted. Nothing when the client closed.
  [[nodiscard]] std::optional<std::uint32_t> read_request();
  [[nodiscard]] std::size_t resets() const { return resets_; }
  [[nodiscard]] std::size_t goodbyes() const { return goodbyes_; }
  [[nodiscard]] const std::string& body() const { return body_; }  // of the last request
  // The stream that the request on this one is to be answered after; 0: none.
  [[nodiscard]] std::uint32_t before(std::uint32_t stream) { return before_[stream]; }

  bool send(const Frame& frame);
  bool send_head(std::uint32_t stream, const Fields& fields, std::uint8_t flags = 0);
  bool send_data(std::uint32_t stream, std::string_view bytes, std::uint8_t flags = 0);
  bool answer(std::uint32_t stream, std::string_view body = "{}");  // 200
  bool reset(std::uint32_t stream, Code code);
  bool say_goodbye(std::uint32_t last_stream, Code code = Code::none);

  bool pongs = true;  // whether pings are answered

 private:
  void take_data(const std::string& payload);

  Peer& peer_;
  std::size_t resets_ = 0;
  std::size_t goodbyes_ = 0;
  std::string body_;
  std::map<std::uint32_t, std::uint32_t> before_;
};

// Fields as HPACK literals that nobody keeps.
[[nodiscard]] std::string literal_fields(const Http2Peer::Fields& fields);

}  // namespace assay::net::testing
