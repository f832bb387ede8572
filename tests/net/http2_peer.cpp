#include "net/http2_peer.hpp"

namespace assay::net::testing {

namespace {

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

std::uint32_t number_of(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::string setting(std::uint16_t name, std::uint32_t value) {
  return number(name, 2) + number(value, 4);
}

// A length with a prefix of seven bits (RFC 7541, 5.1), and the text.
std::string hpack_text(std::string_view text) {
  std::string result;
  if (text.size() < 127) {
    result += static_cast<char>(text.size());
  } else {
    result += '\x7f';
    std::size_t left = text.size() - 127;
    for (; left >= 128; left /= 128) result += static_cast<char>(left % 128 + 128);
    result += static_cast<char>(left);
  }
  return result.append(text);
}

}  // namespace

std::string literal_fields(const Http2Peer::Fields& fields) {
  std::string block;
  for (const auto& [name, value] : fields) {
    block += '\0';
    block += hpack_text(name) + hpack_text(value);
  }
  return block;
}

bool Http2Peer::greet(Settings settings) {
  if (peer_.read_bytes(preface.size()) != preface) return false;
  std::string payload;
  if (settings.streams_max) payload += setting(3, *settings.streams_max);
  if (settings.window) payload += setting(4, *settings.window);
  if (!settings.priorities) payload += setting(9, 1);
  return send({.type = Frame::settings, .payload = payload});
}

std::optional<Frame> Http2Peer::read() {
  const std::string head = peer_.read_bytes(9);
  if (head.size() < 9) return std::nullopt;
  const std::string_view view = head;
  Frame frame{.type = static_cast<std::uint8_t>(head[3]),
              .flags = static_cast<std::uint8_t>(head[4]),
              .stream = number_of(view.substr(5, 4))};
  const std::size_t size = number_of(view.substr(0, 3));
  frame.payload = peer_.read_bytes(size);
  if (frame.payload.size() < size) return std::nullopt;
  return frame;
}

std::optional<std::uint32_t> Http2Peer::read_request() {
  body_.clear();
  while (auto frame = read()) {
    const bool acknowledged = (frame->flags & Frame::ack) != 0;
    if (frame->type == Frame::settings && !acknowledged) {
      send({.type = Frame::settings, .flags = Frame::ack});
    } else if (frame->type == Frame::ping && !acknowledged && pongs) {
      send({.type = Frame::ping, .flags = Frame::ack, .payload = frame->payload});
    } else if (frame->type == Frame::rst_stream) {
      ++resets_;
    } else if (frame->type == Frame::goaway) {
      ++goodbyes_;
    } else if (frame->type == Frame::headers || frame->type == Frame::data) {
      if (frame->type == Frame::data) take_data(frame->payload);
      if ((frame->flags & Frame::priority) != 0) {
        before_[frame->stream] = number_of(std::string_view(frame->payload).substr(0, 4));
      }
      if ((frame->flags & Frame::end_stream) != 0) return frame->stream;
    }
  }
  return std::nullopt;
}

// What was taken in may be sent again on the connection, but on no stream.
void Http2Peer::take_data(const std::string& payload) {
  body_ += payload;
  if (payload.empty()) return;
  send({.type = Frame::window_update, .payload = number(payload.size(), 4)});
}

bool Http2Peer::send(const Frame& frame) {
  return peer_.send(number(frame.payload.size(), 3) + static_cast<char>(frame.type) +
                    static_cast<char>(frame.flags) + number(frame.stream, 4) + frame.payload);
}

bool Http2Peer::send_head(std::uint32_t stream, const Fields& fields, std::uint8_t flags) {
  return send({.type = Frame::headers,
               .flags = static_cast<std::uint8_t>(flags | Frame::end_headers),
               .stream = stream,
               .payload = literal_fields(fields)});
}

bool Http2Peer::send_data(std::uint32_t stream, std::string_view bytes, std::uint8_t flags) {
  constexpr std::size_t frame_bytes_max = 16'384;  // until a client allows more
  for (; bytes.size() > frame_bytes_max; bytes.remove_prefix(frame_bytes_max)) {
    const std::string payload(bytes.substr(0, frame_bytes_max));
    if (!send({.type = Frame::data, .stream = stream, .payload = payload})) return false;
  }
  return send(
      {.type = Frame::data, .flags = flags, .stream = stream, .payload = std::string(bytes)});
}

bool Http2Peer::answer(std::uint32_t stream, std::string_view body) {
  return send_head(stream, {{":status", "200"}, {"content-length", std::to_string(body.size())}}) &&
         send_data(stream, body, Frame::end_stream);
}

bool Http2Peer::reset(std::uint32_t stream, Code code) {
  return send({.type = Frame::rst_stream,
               .stream = stream,
               .payload = number(static_cast<std::uint32_t>(code), 4)});
}

bool Http2Peer::say_goodbye(std::uint32_t last_stream, Code code) {
  return send({.type = Frame::goaway,
               .payload = number(last_stream, 4) + number(static_cast<std::uint32_t>(code), 4)});
}

}  // namespace assay::net::testing
