#include "net/client.hpp"

#include "net/exchange.hpp"
#include "net/pool.hpp"

#include <utility>

namespace assay::net {

Result<Client> Client::open(Loop& loop, std::shared_ptr<TlsContext> tls, ClientOptions options) {
  if (options.origin.scheme == Scheme::https && tls == nullptr) {
    return fail(Errc::config, "an https origin needs a TLS context; open one first");
  }
  if (options.connections_max == 0 || options.dials_max == 0) {
    return fail(Errc::config, "connections_max and dials_max must be at least 1");
  }
  auto shared = SharedFields::of(options);
  if (!shared) return std::unexpected(std::move(shared.error()));
  return Client(
      std::make_shared<Pool>(loop, std::move(tls), std::move(options), std::move(*shared)));
}

Client::Client(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

void Client::start(Request request, Done done) {
  pool_->start(std::move(request), std::move(done));
}
void Client::cancel_all() {
  pool_->cancel_all();
}
const Counters& Client::counters() const {
  return pool_->counters();
}
Gauges Client::gauges() const {
  return pool_->gauges();
}

}  // namespace assay::net
