#pragma once

#include "assay/failure.hpp"
#include "net/ip_address.hpp"
#include "net/loop_state.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace assay::net {

// The addresses of one host: looked up once, kept, and looked up again in the background when they
// are old or did not answer. A literal address needs no look-up. Asio's resolver thread does the
// blocking work.
class AddressBook : public std::enable_shared_from_this<AddressBook> {
 public:
  using Found = std::expected<std::vector<IpAddress>, Failure>;
  using Use = std::move_only_function<void(const Found&)>;

  AddressBook(LoopState& loop, std::string host, Duration refresh);

  // Calls `use` with at least one address, the one that last answered first: at once when known,
  // else from the loop. Errors: connection, when the name is unknown or leads only to addresses it
  // must not (is_forbidden_target; an address that the configuration itself gives is taken as
  // meant).
  void find(Use use);

  void note_good(const IpAddress& address);  // it answered: try it first next time
  void note_bad();                           // none answered: look the name up again soon

 private:
  using Resolver = boost::asio::ip::tcp::resolver;

  void look_up();
  void on_found(const boost::system::error_code& error, const Resolver::results_type& results);

  std::string host_;
  Duration refresh_;
  Resolver resolver_;
  std::vector<IpAddress> addresses_;
  Instant refresh_at_ = Instant::max();  // of a literal: never
  Instant looked_up_{};
  bool looking_ = false;
  std::vector<Use> waiting_;  // for the first answer
};

// What may be used of a look-up's addresses, each once and at most eight.
[[nodiscard]] std::vector<IpAddress> usable_addresses(const std::vector<IpAddress>& found);

}  // namespace assay::net
