#include "crawl/carrier.hpp"

#include <utility>

namespace assay::crawl {
namespace {

class ClientCarrier final : public Carrier {
 public:
  explicit ClientCarrier(net::Client client) : client_(std::move(client)) {}
  void start(net::Request request, net::Client::Done done) override {
    client_.start(std::move(request), std::move(done));
  }
  void cancel_all() override { client_.cancel_all(); }

 private:
  net::Client client_;
};

}  // namespace

std::unique_ptr<Carrier> carrier_over(net::Client client) {
  return std::make_unique<ClientCarrier>(std::move(client));
}

}  // namespace assay::crawl
