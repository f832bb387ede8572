#pragma once

#include "assay/failure.hpp"
#include "assay/time.hpp"
#include "net/exchange.hpp"
#include "net/http2_call.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct nghttp2_session;

namespace assay::net {

// How one call ended.
struct Http2End {
  enum class How : std::uint8_t {
    answered,       // call->answer is complete
    failed,         // see failure
    not_processed,  // the server said that it did not look at it: it can be sent again
    sent_back,      // the same, by a goodbye that finds no fault and keeps others
    wants_http1,    // the same, and it asks for HTTP/1.1
  };
  Http2Call* call;
  How how;
  Failure failure;  // of all but answered
};

// The reason of all that a server's breach of protocol ends.
inline constexpr std::string_view rules_broken = "the server broke the rules of HTTP/2";

// The client's side of HTTP/2 on one connection, by nghttp2: bytes in, bytes out, calls ended.
// Knows no socket and no clock. No server push; windows large enough that a body of usual size is
// never held up.
//
// Order: submit() and cancel() as wanted; after each receive() the owner takes take_ended() and
// writes what compose() gives until that is empty. A call lives until it was in take_ended(), or
// cancel() was called for it.
class Http2Session {
 public:
  // `origin` and `shared` outlive it.
  Http2Session(const Origin& origin, const SharedFields& shared);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  // Not when draining().
  void submit(Http2Call& call);

  void receive(std::string_view bytes, Instant now);

  // The next bytes to be sent, as much as fits; empty: none.
  [[nodiscard]] std::string_view compose(std::span<char> into);

  void cancel(Http2Call& call);  // by RST_STREAM; the call is forgotten
  void ping();
  void say_goodbye();  // GOAWAY: no further stream

  [[nodiscard]] std::vector<Http2End> take_ended();

  [[nodiscard]] bool settled() const { return settled_; }  // the server's SETTINGS came
  // The server broke the rules, and was told so by what compose() gave: nothing more is taken in.
  [[nodiscard]] bool broken() const { return broken_; }
  // No further stream: its GOAWAY came, or the numbers for streams are used up.
  [[nodiscard]] bool draining() const;
  [[nodiscard]] std::size_t streams_max() const;  // that the server allows

 private:
  struct Callbacks;  // of nghttp2

  void fail(Http2Call& call, Failure failure);
  void end(Http2Call& call, Http2End::How how, Failure failure);
  void on_block(std::int32_t stream);
  void on_end_of_stream(Http2Call& call);
  void on_closed(Http2Call& call, std::uint32_t code);
  [[nodiscard]] Http2Call* call_of(std::int32_t stream) const;

  const SharedFields& shared_;
  std::string base_path_;
  std::string authority_;
  std::string_view scheme_;
  nghttp2_session* session_ = nullptr;
  FieldBlock block_;
  std::string held_;  // of a frame that did not fit
  std::vector<Http2End> ended_;
  Instant now_;  // of the receive() under way
  bool settled_ = false;
  bool draining_ = false;
  std::int32_t kept_to_ = 0;  // the server goes, at peace, and answers up to this stream; 0: none
  bool broken_ = false;
};

}  // namespace assay::net
