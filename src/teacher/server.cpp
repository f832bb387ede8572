#include "teacher/server.hpp"

#include "assay/ensure.hpp"
#include "teacher/connection.hpp"
#include "teacher/dialect.hpp"
#include "teacher/language.hpp"
#include "teacher/state_file.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <sys/socket.h>
#include <system_error>
#include <thread>

namespace assay::teacher {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// One read takes what a client can have sent meanwhile. Measured: performance.md, finding 1.
constexpr std::size_t read_bytes = 256 * 1024;
// Lines that a kill of the teacher may cost, unless the ledger is kept in step.
constexpr auto ledger_interval = std::chrono::milliseconds(20);
// After a failed accept (no descriptor left): others must end first.
constexpr auto accept_pause = std::chrono::milliseconds(50);

Instant clock_now() {
  return Instant(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

}  // namespace

// One thread with its event loop and all it can reach.
class Server::Loop {
 public:
  Loop(const ServerOptions& options,
       const std::vector<std::shared_ptr<const Model>>& models,
       const std::optional<Identity>& identity,
       Registry& registry)
      : provider_(options, models, registry),
        registry_(registry),
        http_(options.http),
        manner_(options.http2),
        buffer_(read_bytes),
        acceptor_(io_),
        timer_(io_) {
    if (identity) tls_.emplace(*identity, options.http);
  }
  ~Loop() { stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Several loops share a port, and the kernel deals the connections out; a single loop keeps it
  // for itself, so that a second teacher on it is refused.
  enum class Port { own, shared };

  // Gives the port.
  Result<std::uint16_t> listen(std::uint16_t port, Port kind) {
    boost::system::error_code error;
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    const int on = 1;
    if (!error && kind == Port::shared)
      ::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) {
      return fail(
          Errc::io,
          fmt::format("cannot listen on 127.0.0.1:{}: {}; choose another port, or 0 for any",
                      port,
                      error.message()));
    }
    return acceptor_.local_endpoint().port();
  }

  void start(bool keeps_ledger) {
    accept();
    if (keeps_ledger) flush_later();
    thread_ = std::thread([this] { io_.run(); });
  }

  void stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error) {
        timer_.expires_after(accept_pause);
        timer_.async_wait([this](boost::system::error_code) { accept(); });
        return;
      }
      registry_.connected();
      const LoopParts parts{
          provider_, tls_ ? &*tls_ : nullptr, buffer_, plain_, spare_, http_, manner_};
      const std::shared_ptr<Connection> connection(new Connection(std::move(socket), parts),
                                                   [&registry = registry_](Connection* ended) {
                                                     delete ended;
                                                     registry.disconnected();
                                                   });
      connection->start();
      accept();
    });
  }

  void flush_later() {
    ledger_timer_.expires_after(ledger_interval);
    ledger_timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      registry_.flush();
      flush_later();
    });
  }

  // In order of dependence: the handlers that io_ destroys hold connections, which use what stands
  // before it.
  Provider provider_;
  Registry& registry_;
  HttpOffer http_;
  Http2Manner manner_;
  std::vector<char> buffer_;
  std::string plain_;
  std::string spare_;
  std::optional<TlsContext> tls_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  asio::steady_timer ledger_timer_{io_};
  std::thread thread_;
};

namespace {

Result<std::vector<std::shared_ptr<const Model>>> make_models(const ServerOptions& options) {
  std::vector<std::shared_ptr<const Model>> models;
  for (const auto& settings : options.models) {
    const bool twice = std::any_of(
        models.begin(), models.end(), [&](const auto& m) { return m->name() == settings.name; });
    if (twice)
      return fail(Errc::usage,
                  fmt::format("two models are called {}; give one another name", settings.name));
    models.push_back(Language::bundled().model(settings));
  }
  return models;
}

Status make_directory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return {};
  return fail(Errc::io,
              fmt::format("cannot make {}: {}; name another directory with --state",
                          path.string(),
                          error.message()));
}

}  // namespace

Result<Outage> parse_outage(std::string_view text) {
  const auto plus = std::min(text.find('+'), text.size());
  const auto from = parse_duration(text.substr(0, plus));
  const auto length = parse_duration(text.substr(std::min(plus + 1, text.size())));
  if (!from || !length || *length <= Duration{}) {
    return fail(Errc::usage,
                fmt::format("'{}' is no outage; write when it begins and how long it lasts, as in "
                            "5s+10s",
                            text));
  }
  return Outage{*from, *length};
}

struct Server::Parts {
  ServerOptions options;
  std::filesystem::path ca_file;
  std::optional<Identity> identity;
  std::vector<std::shared_ptr<const Model>> models;
  std::unique_ptr<Registry> registry;
  std::vector<std::unique_ptr<Loop>> loops;
  std::uint16_t port = 0;

  [[nodiscard]] Status prepare();
  [[nodiscard]] Status listen();
};

Status Server::Parts::prepare() {
  if (options.models.empty()) options.models = default_models();
  options.faults.seed = options.seed;
  if (dialect_of(options.dialect) == nullptr) {
    return fail(
        Errc::usage,
        fmt::format("there is no dialect {}; see assay teacher --list-dialects", options.dialect));
  }
  if (auto status = make_directory(options.state_dir); !status) return status;
  if (!options.plain_http) {
    auto authority = Authority::at(options.state_dir);
    if (!authority) return std::unexpected(authority.error());
    identity = authority->issue(options.certificate);
    ca_file = authority->ca_file();
  }
  auto made = make_models(options);
  if (!made) return std::unexpected(made.error());
  models = std::move(*made);
  std::optional<Ledger> ledger;
  if (!options.ledger.empty()) {
    auto opened = Ledger::open(
        options.ledger, options.ledger_sync ? Ledger::Sync::each_line : Ledger::Sync::on_flush);
    if (!opened) return std::unexpected(opened.error());
    ledger.emplace(std::move(*opened));
  }
  const auto keys = std::max<std::size_t>(1, options.keys.size());
  registry = std::make_unique<Registry>(options.limits, keys, std::move(ledger), clock_now());
  if (options.halve_after) registry->halve_after(*options.halve_after);
  return {};
}

Status Server::Parts::listen() {
  port = options.port;
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    loops.push_back(std::make_unique<Loop>(options, models, identity, *registry));
    const auto got =
        loops.back()->listen(port, options.threads > 1 ? Loop::Port::shared : Loop::Port::own);
    if (!got) return std::unexpected(got.error());
    port = *got;
  }
  if (auto status = write_state_file(options.state_dir / "port", fmt::format("{}\n", port), 0644);
      !status)
    return status;
  for (auto& loop : loops) loop->start(loop == loops.front() && !options.ledger.empty());
  return {};
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() {
  stop();
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  if (auto status = parts->prepare(); !status) return std::unexpected(status.error());
  if (auto status = parts->listen(); !status) return std::unexpected(status.error());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::port() const {
  return parts_->port;
}

std::string Server::base_url() const {
  return fmt::format("{}://127.0.0.1:{}{}",
                     parts_->options.plain_http ? "http" : "https",
                     parts_->port,
                     dialect_of(parts_->options.dialect)->base);
}

std::string Server::base_url(std::string_view dialect) const {
  const auto* named = dialect_of(dialect);
  ensure(named != nullptr, "a base URL is asked of a dialect that there is");
  return fmt::format("{}://127.0.0.1:{}/{}{}",
                     parts_->options.plain_http ? "http" : "https",
                     parts_->port,
                     named->name,
                     named->base);
}

std::filesystem::path Server::ca_file() const {
  return parts_->ca_file;
}

std::vector<std::string> Server::model_names() const {
  std::vector<std::string> names;
  for (const auto& model : parts_->models) names.push_back(model->name());
  return names;
}

ServerCounters Server::counters() const {
  return parts_->registry->counters();
}
void Server::change_limits(const Limits& limits) {
  parts_->registry->change_limits(limits, clock_now());
}
void Server::flush_ledger() {
  parts_->registry->flush();
}

void Server::stop() {
  for (auto& loop : parts_->loops) loop->stop();
  parts_->loops.clear();
  if (parts_->registry) parts_->registry->flush();
}

}  // namespace assay::teacher
