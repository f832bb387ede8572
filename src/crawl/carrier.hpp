#pragma once

#include "net/client.hpp"

#include <functional>
#include <memory>

namespace assay::crawl {

// What carries a loop's requests to an endpoint and its answers back: net::Client as a rule; a
// bench replays recorded answers instead. As net::Client: `done` is called once per start(), from
// the loop and never from inside start() or cancel_all().
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual void start(net::Request request, net::Client::Done done) = 0;
  virtual void cancel_all() = 0;
};

// One for each loop, made on it.
using CarrierMaker = std::function<std::unique_ptr<Carrier>(net::Loop& loop)>;

[[nodiscard]] std::unique_ptr<Carrier> carrier_over(net::Client client);

}  // namespace assay::crawl
