#pragma once

#include "teacher/completions_route.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::teacher {

// A head of HTTP/1.1 as HTTP/2 says it: names in lower case, without the fields that speak of the
// connection.
struct Http2Head {
  std::string status;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Takes an answer written for HTTP/1.1 apart. Pure.
class Http1Answer {
 public:
  enum class Part : std::uint8_t {
    none,   // more bytes are needed
    head,   // head() is valid until the next call
    body,   // body() is
    wrong,  // this is no answer
  };

  void feed(std::string_view bytes) { bytes_.append(bytes); }
  // So many bytes of the body go past it.
  void pass(std::size_t body_bytes) { body_bytes_ += body_bytes; }
  [[nodiscard]] Part next();
  [[nodiscard]] const Http2Head& head() const { return head_; }
  [[nodiscard]] const std::string& body() const { return body_; }

  // Whether the answer is whole if nothing more comes.
  [[nodiscard]] bool whole() const;

 private:
  [[nodiscard]] Part next_chunk();
  [[nodiscard]] bool read_head(std::string_view text);

  std::string bytes_;  // not taken apart yet
  Http2Head head_;
  std::string body_;
  bool in_body_ = false;
  bool chunked_ = false;
  bool last_chunk_ = false;
  std::optional<std::size_t> length_;
  std::size_t body_bytes_ = 0;
};

// A request of HTTP/2 and the reply to it.
struct Http2Stream {
  Http2Stream(std::int32_t number, const boost::asio::any_io_executor& executor)
      : id(number), timer(executor) {}

  std::int32_t id;
  std::string method;
  std::string path;
  std::string fields;  // as lines of HTTP/1.1
  std::string body;
  boost::asio::steady_timer timer;
  std::optional<Reply> reply;  // with its slot: the stream counts as in flight until it closes
  std::size_t step = 0;        // of the reply's script
  Http1Answer answer;
  std::string own;       // body bytes that were said
  std::string_view out;  // all of them that are to be sent: of `own`, or of the route's cache
  std::size_t sent = 0;
  bool headed = false;  // the final head was said
  bool ended = false;   // no more body comes
};

}  // namespace assay::teacher
