#include "net/http2_session.hpp"

#include "assay/ensure.hpp"
#include "net/response_head.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace assay::net {

namespace {

// A body of usual size (35 to 50 KB) arrives without one WINDOW_UPDATE for its stream; memory is
// bounded by the client's body budget, not by windows.
constexpr std::int32_t stream_window = 1 << 20;
constexpr std::int32_t connection_window = 1 << 24;
constexpr std::uint32_t head_bytes_max = 64 << 10;

std::uint8_t* bytes_of(std::string_view text) {
  // nghttp2 takes plain pointers and does not write to them.
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

nghttp2_nv field(std::string_view name, std::string_view value, int flags = NGHTTP2_NV_FLAG_NONE) {
  return {.name = bytes_of(name),
          .value = bytes_of(value),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = static_cast<std::uint8_t>(flags)};
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string code_name(std::uint32_t code) {
  return nghttp2_http2_strerror(code);
}

// Answers are asked for one after another, not all at once in slices: those under way at a time,
// each with its memory, are then a sixteenth of the streams. Of longer rows both peers would have
// to walk too many links for each frame. Servers that know no priorities (RFC 7540, 5.3; RFC 9113
// took them back) do not mind; to one that says so nghttp2 sends none.
constexpr std::uint32_t row_length = 16;

nghttp2_priority_spec next_turn(nghttp2_session* session) {
  const std::uint32_t stream = nghttp2_session_get_next_stream_id(session);
  const bool first = stream / 2 % row_length == 0;
  nghttp2_priority_spec turn;
  nghttp2_priority_spec_init(
      &turn, first ? 0 : static_cast<std::int32_t>(stream - 2), NGHTTP2_DEFAULT_WEIGHT, 0);
  return turn;
}

void check(int returned) {
  if (returned != 0) throw std::bad_alloc();  // nothing else can be wrong with these calls
}

}  // namespace

struct Http2Session::Callbacks {
  static Http2Session& of(void* user) { return *static_cast<Http2Session*>(user); }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame*, void* user) {
    of(user).block_.clear();
    return 0;
  }

  static int on_header(nghttp2_session*,
                       const nghttp2_frame* frame,
                       const std::uint8_t* name,
                       std::size_t name_size,
                       const std::uint8_t* value,
                       std::size_t value_size,
                       std::uint8_t,
                       void* user) {
    Http2Session& self = of(user);
    Http2Call* call = self.call_of(frame->hd.stream_id);
    if (call == nullptr) return 0;
    self.block_.add(text_of(name, name_size), text_of(value, value_size));
    if (auto ok = call->answer.check(self.block_); !ok) self.fail(*call, std::move(ok.error()));
    return 0;
  }

  // Without this nghttp2 drops such fields and goes on.
  static int on_invalid_header(nghttp2_session*,
                               const nghttp2_frame* frame,
                               const std::uint8_t*,
                               std::size_t,
                               const std::uint8_t*,
                               std::size_t,
                               std::uint8_t,
                               void* user) {
    Http2Session& self = of(user);
    if (Http2Call* call = self.call_of(frame->hd.stream_id)) {
      self.fail(*call,
                make_failure(FailureClass::malformed_response,
                             "a field's name or value holds what it must not"));
    }
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Session& self = of(user);
    if (frame->hd.type == NGHTTP2_SETTINGS) {
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) self.settled_ = true;
    } else if (frame->hd.type == NGHTTP2_GOAWAY) {
      self.draining_ = true;
      const bool at_peace = frame->goaway.error_code == NGHTTP2_NO_ERROR;
      self.kept_to_ = at_peace ? frame->goaway.last_stream_id : 0;
    } else if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) {
      if (frame->hd.type == NGHTTP2_HEADERS) self.on_block(frame->hd.stream_id);
      Http2Call* call = self.call_of(frame->hd.stream_id);
      const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
      if (call != nullptr && ends) self.on_end_of_stream(*call);
    }
    return 0;
  }

  static int on_data(nghttp2_session*,
                     std::uint8_t,
                     std::int32_t stream,
                     const std::uint8_t* bytes,
                     std::size_t size,
                     void* user) {
    Http2Session& self = of(user);
    Http2Call* call = self.call_of(stream);
    if (call == nullptr) return 0;
    call->clock.note_bytes(self.now_);
    if (auto ok = call->answer.take_data(text_of(bytes, size)); !ok) {
      self.fail(*call, std::move(ok.error()));
    }
    return 0;
  }

  static int on_stream_close(nghttp2_session*,
                             std::int32_t stream,
                             std::uint32_t code,
                             void* user) {
    Http2Session& self = of(user);
    if (Http2Call* call = self.call_of(stream)) self.on_closed(*call, code);
    return 0;
  }

  static int before_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Session& self = of(user);
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR) {
      self.broken_ = true;  // nghttp2's own verdict
    }
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    if (Http2Call* call = self.call_of(frame->hd.stream_id)) {
      call->sending = true;
      call->exchange->possibly_billed = true;
      if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) call->all_sent = true;
    }
    return 0;
  }

  // By the stream's number and not by the source's pointer: a call that ended is gone.
  static ssize_t read_body(nghttp2_session*,
                           std::int32_t stream,
                           std::uint8_t* into,
                           std::size_t room,
                           std::uint32_t* flags,
                           nghttp2_data_source*,
                           void* user) {
    Http2Call* call = of(user).call_of(stream);
    if (call == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    std::string& body = call->exchange->request.body;
    const std::size_t count = std::min(room, body.size() - call->body_sent);
    std::memcpy(into, body.data() + call->body_sent, count);
    call->body_sent += count;
    if (call->body_sent == body.size()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      call->all_sent = true;
      std::string().swap(body);  // 10,000 in flight would hold 35 MB of what nobody needs again
    }
    return static_cast<ssize_t>(count);
  }

  // One set for all connections; it lives as long as the process.
  static const nghttp2_session_callbacks* get() {
    static nghttp2_session_callbacks* const callbacks = [] {
      nghttp2_session_callbacks* made = nullptr;
      check(nghttp2_session_callbacks_new(&made));
      nghttp2_session_callbacks_set_on_begin_headers_callback(made, on_begin_headers);
      nghttp2_session_callbacks_set_on_header_callback(made, on_header);
      nghttp2_session_callbacks_set_on_invalid_header_callback(made, on_invalid_header);
      nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
      nghttp2_session_callbacks_set_on_stream_close_callback(made, on_stream_close);
      nghttp2_session_callbacks_set_before_frame_send_callback(made, before_frame);
      return made;
    }();
    return callbacks;
  }

  static const nghttp2_option* options() {
    static nghttp2_option* const made = [] {
      nghttp2_option* option = nullptr;
      check(nghttp2_option_new(&option));
      nghttp2_option_set_no_closed_streams(option, 1);
      return option;
    }();
    return made;
  }
};

Http2Session::Http2Session(const Origin& origin, const SharedFields& shared)
    : shared_(shared),
      base_path_(origin.base_path),
      authority_(authority(origin)),
      scheme_(origin.scheme == Scheme::https ? "https" : "http") {
  check(nghttp2_session_client_new2(&session_, Callbacks::get(), this, Callbacks::options()));
  const std::array settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, head_bytes_max}};
  check(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
  check(nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window));
}

Http2Session::~Http2Session() {
  nghttp2_session_del(session_);
}

Http2Call* Http2Session::call_of(std::int32_t stream) const {
  return static_cast<Http2Call*>(nghttp2_session_get_stream_user_data(session_, stream));
}

void Http2Session::submit(Http2Call& call) {
  const Request& request = call.exchange->request;
  std::string path;
  append_path(path, request, base_path_);
  const std::string length = std::to_string(request.body.size());
  std::vector<std::string> names;  // in lower case; they stay put once reserved
  names.reserve(request.headers.size());
  std::vector<nghttp2_nv> fields;
  fields.reserve(5 + shared_.fields().size() + request.headers.size());
  fields.push_back(field(":method", request.method));
  fields.push_back(field(":scheme", scheme_));
  fields.push_back(field(":authority", authority_));
  fields.push_back(field(":path", path));
  for (const SharedFields::Field& shared : shared_.fields()) {
    // Never kept in the peers' tables, where a second use could be told from outside.
    const int flags = shared.secret ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
    fields.push_back(field(shared.name, shared.value, flags));
  }
  if (announces_length(request)) fields.push_back(field("content-length", length));
  for (const Header& header : request.headers) {
    fields.push_back(field(names.emplace_back(lower_case(header.name)), header.value));
  }
  const nghttp2_data_provider body{.source = {.ptr = nullptr},
                                   .read_callback = Callbacks::read_body};
  const nghttp2_priority_spec turn = next_turn(session_);
  call.stream = nghttp2_submit_request(
      session_, &turn, fields.data(), fields.size(), request.body.empty() ? nullptr : &body, &call);
  ensure(call.stream > 0, "a stream is asked for while there are numbers left");
}

void Http2Session::receive(std::string_view bytes, Instant now) {
  now_ = now;
  const ssize_t taken = nghttp2_session_mem_recv(session_, bytes_of(bytes), bytes.size());
  if (taken == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
  // A flood of frames that only cost us is not even answered with a GOAWAY.
  if (taken < 0) broken_ = true;
}

std::string_view Http2Session::compose(std::span<char> into) {
  std::size_t filled = std::min(held_.size(), into.size());
  std::memcpy(into.data(), held_.data(), filled);
  held_.erase(0, filled);
  while (filled < into.size()) {
    const std::uint8_t* frame = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &frame);
    if (size <= 0) break;  // an error of this side only: no memory; what is under way times out
    const std::string_view bytes = text_of(frame, static_cast<std::size_t>(size));
    const std::size_t fits = std::min(bytes.size(), into.size() - filled);
    std::memcpy(into.data() + filled, bytes.data(), fits);
    filled += fits;
    held_.append(bytes.substr(fits));
  }
  return {into.data(), filled};
}

void Http2Session::cancel(Http2Call& call) {
  nghttp2_session_set_stream_user_data(session_, call.stream, nullptr);
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call.stream, NGHTTP2_CANCEL);
}

void Http2Session::ping() {
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
}

void Http2Session::say_goodbye() {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, nullptr, 0);
}

std::vector<Http2End> Http2Session::take_ended() {
  return std::exchange(ended_, {});
}

bool Http2Session::draining() const {
  return draining_ || nghttp2_session_get_next_stream_id(session_) >= (1U << 31);
}

std::size_t Http2Session::streams_max() const {
  return nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

void Http2Session::end(Http2Call& call, Http2End::How how, Failure failure) {
  nghttp2_session_set_stream_user_data(session_, call.stream, nullptr);
  ended_.push_back({.call = &call, .how = how, .failure = std::move(failure)});
}

void Http2Session::fail(Http2Call& call, Failure failure) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call.stream, NGHTTP2_CANCEL);
  end(call, Http2End::How::failed, std::move(failure));
}

void Http2Session::on_block(std::int32_t stream) {
  Http2Call* call = call_of(stream);
  if (call == nullptr) return;
  call->clock.note_bytes(now_);
  const bool was_in_final = call->answer.in_final();
  if (auto ok = call->answer.take_block(block_); !ok) return fail(*call, std::move(ok.error()));
  if (!was_in_final && call->answer.in_final()) {
    call->exchange->timing.first_byte = now_;
    call->clock.note_final(call->answer.bytes_in());
  }
}

void Http2Session::on_end_of_stream(Http2Call& call) {
  if (auto ok = call.answer.end(); !ok) return fail(call, std::move(ok.error()));
  // An answer may come before the request is through (a refusal): the rest is of no use then.
  if (!call.all_sent) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call.stream, NGHTTP2_CANCEL);
  }
  end(call, Http2End::How::answered, {});
}

// The stream is over and its answer is not complete.
void Http2Session::on_closed(Http2Call& call, std::uint32_t code) {
  using How = Http2End::How;
  if (code == NGHTTP2_HTTP_1_1_REQUIRED) {
    return end(call,
               How::wants_http1,
               make_failure(FailureClass::connection, "the server asks for HTTP/1.1"));
  }
  if (broken_ && !call.sending) {
    return end(
        call, How::not_processed, make_failure(FailureClass::malformed_response, rules_broken));
  }
  if ((code == NGHTTP2_REFUSED_STREAM && !call.answer.began()) || !call.sending) {
    const bool sent_back = kept_to_ > 0 && (!call.sending || call.stream > kept_to_);
    return end(call,
               sent_back ? How::sent_back : How::not_processed,
               make_failure(FailureClass::overloaded, "the server refused the stream"));
  }
  if (code == NGHTTP2_PROTOCOL_ERROR) {
    return end(
        call,
        How::failed,
        make_failure(FailureClass::malformed_response, "the answer broke the rules of HTTP/2"));
  }
  const FailureClass cls =
      code == NGHTTP2_ENHANCE_YOUR_CALM ? FailureClass::overloaded : FailureClass::connection;
  end(call, How::failed, make_failure(cls, "the stream was reset: " + code_name(code)));
}

}  // namespace assay::net
