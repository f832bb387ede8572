#pragma once

#include "teacher/http2_stream.hpp"
#include "teacher/http_offer.hpp"
#include "teacher/provider.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct nghttp2_session;

namespace assay::teacher {

// The server's side of HTTP/2 on one connection, by nghttp2. Each request becomes the one that
// HTTP/1.1 would have carried, and the reply's bytes, meant for HTTP/1.1, become frames: so faults
// need to be told once. What only a connection of HTTP/1.1 can do becomes its nearest kin: a reset
// or an early end becomes RST_STREAM. A connection's end is a fault of its own (Step::Kind::drop).
class Http2Session {
 public:
  // The connection below; outlives the session.
  class Host {
   public:
    virtual std::shared_ptr<void> keep() = 0;  // alive while a stream waits for its time
    virtual void on_output() = 0;              // compose() has something, or dropped()

   protected:
    ~Host() = default;
  };

  Http2Session(Host& host,
               Provider& provider,
               Http2Manner manner,
               boost::asio::any_io_executor executor);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  [[nodiscard]] bool receive(std::string_view bytes);  // false: not HTTP/2, or it is over

  // Appends what is to be sent, until `out` holds so many bytes.
  void compose(std::string& out, std::size_t bytes_max);

  // Nothing is left to be said or heard.
  [[nodiscard]] bool over() const;
  // A fault wants the connection cut.
  [[nodiscard]] bool dropped() const { return dropped_; }
  // The connection is gone: nothing waits for its time any more.
  void abandon() { streams_.clear(); }

 private:
  struct Callbacks;  // of nghttp2

  void answer(Http2Stream& stream);
  void run_script(Http2Stream& stream);
  void perform(Http2Stream& stream, const Step& step);
  void pause(Http2Stream& stream, Duration time);
  void say(Http2Stream& stream, std::string_view bytes);
  void say_head(Http2Stream& stream, const Http2Head& head);
  void finish(Http2Stream& stream);
  void reset(Http2Stream& stream, std::uint32_t code);
  void go_away();
  [[nodiscard]] Http2Stream* stream_of(std::int32_t id);

  Host& host_;
  Provider& provider_;
  boost::asio::any_io_executor executor_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<std::int32_t, std::unique_ptr<Http2Stream>> streams_;
  std::string* composed_ = nullptr;  // what compose() appends to, and
  std::size_t composed_max_ = 0;     // no frame begins behind that
  std::int32_t last_stream_ = 0;
  bool windows_stalled_ = false;
  bool going_ = false;  // goodbye was said
  bool dropped_ = false;
};

}  // namespace assay::teacher
