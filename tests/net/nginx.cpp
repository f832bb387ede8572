#include "net/nginx.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace assay::net::testing {

namespace {

constexpr const char* program = "/usr/sbin/nginx";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  BOOST_REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) == 0);
  BOOST_REQUIRE(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(descriptor);
  return ntohs(address.sin_port);
}

bool answers(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool good =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(descriptor);
  return good;
}

std::string config_of(const std::string& folder, std::uint16_t port, const Nginx::Manner& manner) {
  const std::string user = ::geteuid() == 0 ? "user root;\n" : "";
  return user + "daemon off;\nmaster_process off;\npid " + folder + "/pid;\nerror_log " + folder +
         "/error.log;\nevents { worker_connections 4096; }\nhttp {\n  access_log off;\n" +
         "  client_body_temp_path " + folder + "/body;\n  proxy_temp_path " + folder +
         "/proxy;\n  fastcgi_temp_path " + folder + "/fastcgi;\n  uwsgi_temp_path " + folder +
         "/uwsgi;\n  scgi_temp_path " + folder + "/scgi;\n  upstream teacher {\n    server " +
         "127.0.0.1:" + std::to_string(manner.upstream) + ";\n    keepalive 64;\n  }\n" +
         "  server {\n    listen 127.0.0.1:" + std::to_string(port) + " ssl" +
         (manner.http2 ? " http2" : "") + ";\n    ssl_certificate " + folder +
         "/certificate.pem;\n    ssl_certificate_key " + folder + "/key.pem;\n" +
         "    keepalive_requests " + std::to_string(manner.requests_max) +
         ";\n    keepalive_timeout " + manner.idle_timeout +
         ";\n    http2_max_concurrent_streams " + std::to_string(manner.streams_max) +
         ";\n    location / {\n      proxy_pass http://teacher;\n      proxy_http_version 1.1;\n" +
         "      proxy_set_header Connection \"\";\n    }\n  }\n}\n";
}

}  // namespace

bool Nginx::installed() {
  return std::filesystem::exists(program);
}

Nginx::Nginx(const Identity& identity, const Manner& manner) : port_(free_port()) {
  const std::string folder = directory_.path().string();
  std::ofstream(folder + "/certificate.pem") << certificate_pem(identity);
  std::ofstream(folder + "/key.pem") << key_pem(identity);
  std::ofstream(folder + "/nginx.conf") << config_of(folder, port_, manner);
  const std::string config = folder + "/nginx.conf";
  const std::string log = folder + "/error.log";
  const char* const arguments[] = {program, "-c", config.c_str(), "-e", log.c_str(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int error = ::posix_spawn(
      &process_, program, &actions, nullptr, const_cast<char* const*>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  BOOST_REQUIRE(error == 0);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!answers(port_) && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  std::ifstream said(log);
  BOOST_REQUIRE_MESSAGE(answers(port_), std::string(std::istreambuf_iterator<char>(said), {}));
}

Nginx::~Nginx() {
  if (process_ < 0) return;
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace assay::net::testing
