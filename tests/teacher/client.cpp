#include "teacher/client.hpp"

#include "core/json_text.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace assay::teacher::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

TemporaryDirectory::TemporaryDirectory() {
  auto pattern = (std::filesystem::temp_directory_path() / "assay-teacher-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ServerFixture::ServerFixture(ServerOptions options) {
  options.state_dir = directory_.path();
  auto started = Server::start(std::move(options));
  if (!started) throw std::runtime_error(started.error().detail);
  server_ = std::move(*started);
}

struct Client::Stream {
  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> tls{io, context};
  bool plain = false;
  std::string buffer;

  template <class Work>
  auto with(Work&& work) {
    return plain ? work(tls.next_layer()) : work(tls);
  }
};

Client::Client(Server& server) : stream_(std::make_unique<Stream>()) {
  stream_->plain = server.ca_file().empty();
  if (!stream_->plain) stream_->context.load_verify_file(server.ca_file().string());
  stream_->tls.next_layer().connect({asio::ip::address_v4::loopback(), server.port()});
  if (stream_->plain) return;
  stream_->tls.set_verify_mode(asio::ssl::verify_peer);
  stream_->tls.set_verify_callback(asio::ssl::host_name_verification("127.0.0.1"));
  stream_->tls.handshake(asio::ssl::stream_base::client);
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

std::string Client::request(std::string_view method,
                            std::string_view path,
                            std::string_view body) const {
  auto text = fmt::format(
      "{} {} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {}\r\n", method, path, body.size());
  if (!key.empty()) text += fmt::format("authorization: Bearer {}\r\n", key);
  return text + "\r\n" + std::string(body);
}

void Client::send(std::string_view bytes) {
  Error ignored;  // a server that has gone shows when we read
  stream_->with([&](auto& stream) { return asio::write(stream, asio::buffer(bytes), ignored); });
}

std::optional<Answer> Client::receive() {
  Error error;
  auto& buffer = stream_->buffer;
  const auto head_end = stream_->with([&](auto& stream) {
    return asio::read_until(stream, asio::dynamic_buffer(buffer), "\r\n\r\n", error);
  });
  if (error) return std::nullopt;
  Answer answer;
  std::string_view head(buffer.data(), head_end - 2);
  answer.status = std::atoi(std::string(head.substr(9, 3)).c_str());
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    answer.headers.emplace(line.substr(0, line.find(':')), line.substr(line.find(':') + 2));
  }
  const auto length = answer.headers.find("content-length");
  if (length == answer.headers.end()) return std::nullopt;
  const auto total = head_end + std::stoul(length->second);
  if (buffer.size() < total) {
    const auto missing = total - buffer.size();
    stream_->with([&](auto& stream) {
      return asio::read(
          stream, asio::dynamic_buffer(buffer), asio::transfer_exactly(missing), error);
    });
    if (error) return std::nullopt;
  }
  answer.body = buffer.substr(head_end, total - head_end);
  buffer.erase(0, total);
  return answer;
}

std::optional<Answer> Client::get(std::string_view path) {
  send(request("GET", path, ""));
  return receive();
}

std::optional<Answer> Client::post(std::string_view path, std::string_view body) {
  send(request("POST", path, body));
  return receive();
}

std::string Client::raw(std::string_view bytes) {
  send(bytes);
  Error ended;
  stream_->with([&](auto& stream) {
    return asio::read(stream, asio::dynamic_buffer(stream_->buffer), ended);
  });
  return std::exchange(stream_->buffer, {});
}

std::string completion_body(std::string_view model,
                            std::string_view prompt,
                            std::string_view more) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("model").string(model).key("prompt").string(prompt);
  json.end_object();
  body.pop_back();
  return body + std::string(more) + "}";
}

std::string echo_body(std::string_view model, std::string_view prompt) {
  return completion_body(model, prompt, R"(,"echo":true,"logprobs":1,"max_tokens":0)");
}

}  // namespace assay::teacher::test
