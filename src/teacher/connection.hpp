#pragma once

#include "teacher/http2_session.hpp"
#include "teacher/http_request.hpp"
#include "teacher/provider.hpp"
#include "teacher/tls_session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::teacher {

// What the connections of one loop use together. Must outlive them.
struct LoopParts {
  Provider& provider;
  const TlsContext* tls;      // nullptr: plain HTTP
  std::vector<char>& buffer;  // for one read at a time
  std::string& plain;         // what TLS is given next, within one event
  std::string& spare;         // lent to the connection that has bytes for the socket
  HttpOffer http;
  Http2Manner manner;
};

// One client: bytes in, requests answered one after the other (HTTP/1.1) or side by side (HTTP/2),
// bytes out. Asio only says when the socket is ready; reads and writes are as large as the kernel
// gives and takes. Source of the shape: performance.md, finding 1. Kept alive by its pending
// operations and by nothing else.
class Connection final : public std::enable_shared_from_this<Connection>,
                         private Http2Session::Host {
 public:
  Connection(boost::asio::ip::tcp::socket socket, LoopParts parts);
  void start();

 private:
  using Error = boost::system::error_code;

  std::shared_ptr<void> keep() override { return shared_from_this(); }
  void on_output() override;
  void start_http2();
  void serve_http2();
  void linger();

  void await_bytes();
  void on_readable();
  [[nodiscard]] bool take(std::string_view bytes);  // false: the connection is over
  void serve();                                     // answers what has been read, as far as it goes
  void begin(Reply reply);
  void run_script();  // from step_ on
  void perform(Step& step);
  void pause(Duration time);
  void finish_request();
  void write(std::string_view plain);
  void flush();
  void close();
  void reset();

  boost::asio::ip::tcp::socket socket_;
  LoopParts parts_;
  std::optional<TlsSession> tls_;
  HttpReader reader_;
  std::string in_;   // plain bytes of requests
  std::string out_;  // bytes for the socket, from sent_ on
  std::size_t sent_ = 0;
  boost::asio::steady_timer timer_;
  std::optional<Reply> reply_;  // the request at work; absent when idle
  std::size_t step_ = 0;
  std::optional<Http2Session> http2_;  // instead of reader_ and reply_
  bool reading_ = false;               // a wait for bytes is pending
  bool writing_ = false;               // a wait for room is pending
  bool waiting_ = false;               // the script waits for its timer, or for ever
  bool ending_ = false;                // close when all is sent
  bool lingering_ = false;  // HTTP/2 is over: what still comes is dropped until the client goes
};

}  // namespace assay::teacher
