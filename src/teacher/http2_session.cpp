#include "teacher/http2_session.hpp"

#include "assay/ensure.hpp"
#include "teacher/http_text.hpp"

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <utility>
#include <vector>

namespace assay::teacher {

namespace {

// What a client may send ahead on one stream, and on the connection, before it is read.
constexpr std::int32_t window_bytes = 1 << 20;
constexpr std::int32_t connection_window_bytes = 1 << 24;
constexpr std::size_t request_bytes_max = 64 * 1024 * 1024;
// A fault says a header of 100,000 bytes.
constexpr std::size_t head_bytes_max = 1 << 20;
constexpr std::size_t frame_head_bytes = 9;
// A body's size is the client's word until it comes: room is made for so much of it at once.
constexpr std::size_t body_room_max = 64 * 1024;

Moment this_moment() {
  return {Instant(std::chrono::duration_cast<Duration>(
              std::chrono::steady_clock::now().time_since_epoch())),
          static_cast<std::int64_t>(std::time(nullptr))};
}

std::uint8_t* bytes_of(std::string_view text) {
  // nghttp2 takes plain pointers and does not write to them.
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

// What is another in each answer would only fill the header table, which is searched field by
// field.
bool changes(std::string_view name) {
  return name == "x-request-id" || name.starts_with("x-ratelimit-");
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  return {.name = bytes_of(name),
          .value = bytes_of(value),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = static_cast<std::uint8_t>(changes(name) ? NGHTTP2_NV_FLAG_NO_INDEX
                                                           : NGHTTP2_NV_FLAG_NONE)};
}

}  // namespace

struct Http2Session::Callbacks {
  static Http2Session& of(void* user) { return *static_cast<Http2Session*>(user); }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = of(user);
    const auto id = frame->hd.stream_id;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    // Said goodbye to, but on its way before that was heard, maybe in the same segment.
    if (self.going_) {
      nghttp2_submit_rst_stream(self.session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
      return 0;
    }
    self.last_stream_ = std::max(self.last_stream_, id);
    self.streams_.emplace(id, std::make_unique<Http2Stream>(id, self.executor_));
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
    auto* stream = of(user).stream_of(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    const std::string_view text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":method") {
      stream->method = text;
    } else if (key == ":path") {
      stream->path = text;
    } else if (key == "content-length") {
      stream->body.reserve(std::min(size_of(text, 10).value_or(0), body_room_max) +
                           HttpRequest::body_padding);
    } else if (!key.starts_with(':')) {
      stream->fields.append(key).append(": ").append(text).append("\r\n");
    }
    return 0;
  }

  static int on_data(nghttp2_session* session,
                     std::uint8_t,
                     std::int32_t id,
                     const std::uint8_t* bytes,
                     std::size_t size,
                     void* user) {
    auto& self = of(user);
    if (!self.windows_stalled_) nghttp2_session_consume(session, id, size);
    auto* stream = self.stream_of(id);
    if (stream == nullptr) return 0;
    if (stream->body.size() + size > request_bytes_max) {
      self.reset(*stream, NGHTTP2_REFUSED_STREAM);
      return 0;
    }
    stream->body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!ends || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)) return 0;
    auto& self = of(user);
    if (auto* stream = self.stream_of(frame->hd.stream_id)) self.answer(*stream);
    return 0;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    of(user).streams_.erase(id);
    return 0;
  }

  static ssize_t read_body(nghttp2_session*,
                           std::int32_t id,
                           std::uint8_t*,
                           std::size_t room,
                           std::uint32_t* flags,
                           nghttp2_data_source*,
                           void* user) {
    auto* stream = of(user).stream_of(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const auto left = stream->out.size() - stream->sent;
    const auto count = std::min(room, left);
    if (count == 0 && !stream->ended) return NGHTTP2_ERR_DEFERRED;
    if (stream->ended && count == left) *flags |= NGHTTP2_DATA_FLAG_EOF;
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;  // send_body() copies it to where it goes
    return static_cast<ssize_t>(count);
  }

  // What read_body() promised, behind the frame's head of nine bytes.
  static int send_body(nghttp2_session*,
                       nghttp2_frame* frame,
                       const std::uint8_t* head,
                       std::size_t count,
                       nghttp2_data_source*,
                       void* user) {
    auto& self = of(user);
    if (self.composed_->size() >= self.composed_max_) return NGHTTP2_ERR_WOULDBLOCK;
    auto* stream = self.stream_of(frame->hd.stream_id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    self.composed_->append(reinterpret_cast<const char*>(head), frame_head_bytes)
        .append(stream->out.substr(stream->sent, count));
    stream->sent += count;
    return 0;
  }

  static nghttp2_session_callbacks* get() {
    static nghttp2_session_callbacks* const callbacks = [] {
      nghttp2_session_callbacks* made = nullptr;
      ensure(nghttp2_session_callbacks_new(&made) == 0, "nghttp2 makes callbacks");
      nghttp2_session_callbacks_set_on_begin_headers_callback(made, on_begin_headers);
      nghttp2_session_callbacks_set_on_header_callback(made, on_header);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
      nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
      nghttp2_session_callbacks_set_send_data_callback(made, send_body);
      nghttp2_session_callbacks_set_on_stream_close_callback(made, on_stream_close);
      return made;
    }();
    return callbacks;
  }

  static nghttp2_option* options() {
    static nghttp2_option* const made = [] {
      nghttp2_option* option = nullptr;
      ensure(nghttp2_option_new(&option) == 0, "nghttp2 makes options");
      nghttp2_option_set_no_auto_window_update(option, 1);
      nghttp2_option_set_no_closed_streams(option, 1);
      nghttp2_option_set_max_send_header_block_length(option, head_bytes_max);
      return option;
    }();
    return made;
  }
};

Http2Session::Http2Session(Host& host,
                           Provider& provider,
                           Http2Manner manner,
                           boost::asio::any_io_executor executor)
    : host_(host), provider_(provider), executor_(std::move(executor)) {
  ensure(nghttp2_session_server_new2(&session_, Callbacks::get(), this, Callbacks::options()) == 0,
         "nghttp2 makes sessions");
  const std::array settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, manner.streams_max},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_bytes}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window_bytes);
}

Http2Session::~Http2Session() {
  nghttp2_session_del(session_);
}

Http2Stream* Http2Session::stream_of(std::int32_t id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second.get();
}

bool Http2Session::receive(std::string_view bytes) {
  return nghttp2_session_mem_recv(session_, bytes_of(bytes), bytes.size()) >= 0;
}

void Http2Session::compose(std::string& out, std::size_t bytes_max) {
  composed_ = &out;
  composed_max_ = bytes_max;
  while (out.size() < bytes_max) {
    const std::uint8_t* frame = nullptr;
    const auto size = nghttp2_session_mem_send(session_, &frame);
    if (size <= 0) break;
    out.append(reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size));
  }
  composed_ = nullptr;
}

bool Http2Session::over() const {
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

void Http2Session::answer(Http2Stream& stream) {
  if (stream.reply) return;
  auto head = fmt::format("{} {} HTTP/1.1\r\n{}\r\n", stream.method, stream.path, stream.fields);
  HttpReader reader;
  if (reader.read(head) != HttpReader::State::complete) {
    return reset(stream, NGHTTP2_PROTOCOL_ERROR);
  }
  HttpRequest request = reader.request();
  stream.body.reserve(stream.body.size() + HttpRequest::body_padding);
  request.body = stream.body;
  stream.reply = provider_.answer(request, this_moment());
  std::string().swap(stream.body);
  if (stream.reply->refused_stream) return reset(stream, NGHTTP2_REFUSED_STREAM);
  if (stream.reply->delay > Duration{}) return pause(stream, stream.reply->delay);
  run_script(stream);
}

// By number: the stream may be gone when its time comes.
void Http2Session::pause(Http2Stream& stream, Duration time) {
  stream.timer.expires_after(time);
  stream.timer.async_wait(
      [this, kept = host_.keep(), id = stream.id](boost::system::error_code error) {
        if (error) return;
        if (auto* woken = stream_of(id)) {
          run_script(*woken);
          host_.on_output();
        }
      });
}

void Http2Session::run_script(Http2Stream& stream) {
  const auto& script = stream.reply->script;
  const auto id = stream.id;
  if (script.empty()) {
    say(stream, stream.reply->bytes);
    if (stream_of(id) == nullptr) return;
    if (!stream.reply->kept.empty()) {
      stream.out = stream.reply->kept;
      stream.answer.pass(stream.out.size());
    }
    finish(stream);
    return;
  }
  while (stream.step < script.size()) {
    const auto& step = script[stream.step++];
    if (step.kind == Step::Kind::hold) return;
    if (step.kind == Step::Kind::wait) return pause(stream, step.time);
    perform(stream, step);
    if (dropped_ || stream_of(id) == nullptr) return;
  }
  finish(stream);
}

void Http2Session::perform(Http2Stream& stream, const Step& step) {
  switch (step.kind) {
    case Step::Kind::send:
      return say(stream, step.bytes);
    case Step::Kind::reset:
      return reset(stream, NGHTTP2_INTERNAL_ERROR);
    case Step::Kind::go_away:
      return go_away();
    case Step::Kind::stall_windows:
      windows_stalled_ = true;
      return;
    case Step::Kind::drop:
      dropped_ = true;
      return;
    case Step::Kind::close:  // finish() sees whether the answer is whole
    case Step::Kind::wait:
    case Step::Kind::hold:
      return;
  }
}

void Http2Session::say(Http2Stream& stream, std::string_view bytes) {
  const auto id = stream.id;
  stream.answer.feed(bytes);
  for (;;) {
    switch (stream.answer.next()) {
      case Http1Answer::Part::none:
        return;
      case Http1Answer::Part::wrong:
        return reset(stream, NGHTTP2_INTERNAL_ERROR);
      case Http1Answer::Part::head:
        say_head(stream, stream.answer.head());
        break;
      case Http1Answer::Part::body:
        stream.out = stream.own.append(stream.answer.body());
        nghttp2_session_resume_data(session_, id);
        break;
    }
  }
}

void Http2Session::say_head(Http2Stream& stream, const Http2Head& head) {
  std::vector<nghttp2_nv> fields{field(":status", head.status)};
  for (const auto& [name, value] : head.fields) fields.push_back(field(name, value));
  if (head.status.front() == '1') {
    nghttp2_submit_headers(
        session_, NGHTTP2_FLAG_NONE, stream.id, nullptr, fields.data(), fields.size(), nullptr);
    return;
  }
  stream.headed = true;
  const nghttp2_data_provider body{.source = {.ptr = nullptr},
                                   .read_callback = Callbacks::read_body};
  nghttp2_submit_response(session_, stream.id, fields.data(), fields.size(), &body);
}

void Http2Session::finish(Http2Stream& stream) {
  if (!stream.headed || !stream.answer.whole()) return reset(stream, NGHTTP2_INTERNAL_ERROR);
  stream.ended = true;
  nghttp2_session_resume_data(session_, stream.id);
}

void Http2Session::reset(Http2Stream& stream, std::uint32_t code) {
  stream.timer.cancel();
  const auto id = stream.id;
  streams_.erase(id);
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
}

// Every stream seen so far is answered; later ones are not looked at. Said once: a second goodbye
// must not name a later stream.
void Http2Session::go_away() {
  if (std::exchange(going_, true)) return;
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_stream_, NGHTTP2_NO_ERROR, nullptr, 0);
}

}  // namespace assay::teacher
