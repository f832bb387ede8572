#pragma once

#include "teacher/server.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay::teacher::test {

// A directory that goes with its owner.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A teacher in this process, with its directory. `options.state_dir` is filled in.
class ServerFixture {
 public:
  explicit ServerFixture(ServerOptions options = {});
  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Server> server_;
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// A blocking HTTP client over verified TLS (or plain, for a server in plain mode), one connection.
// Its parser is of its own and strict: an answer that is not exactly framed is no answer.
class Client {
 public:
  explicit Client(Server& server);  // throws boost::system::system_error when the handshake fails
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) = delete;

  // Nothing when the connection ended first.
  [[nodiscard]] std::optional<Answer> get(std::string_view path);
  [[nodiscard]] std::optional<Answer> post(std::string_view path, std::string_view body);
  // Sends these bytes as they are and gives all that comes until the server ends the connection.
  [[nodiscard]] std::string raw(std::string_view bytes);
  // Sends without waiting, and receives one answer later.
  void send(std::string_view bytes);
  [[nodiscard]] std::optional<Answer> receive();

  std::string key;  // sent as a bearer token when not empty

 private:
  [[nodiscard]] std::string request(std::string_view method,
                                    std::string_view path,
                                    std::string_view body) const;
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// {"model":...,"prompt":...,<more>}
[[nodiscard]] std::string completion_body(std::string_view model,
                                          std::string_view prompt,
                                          std::string_view more);

// What a scoring client sends: echo, logprobs 1, max_tokens 0.
[[nodiscard]] std::string echo_body(std::string_view model, std::string_view prompt);

}  // namespace assay::teacher::test
