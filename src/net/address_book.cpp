#include "net/address_book.hpp"

#include "net/clock.hpp"

#include <algorithm>
#include <utility>

namespace assay::net {

namespace {

constexpr std::size_t addresses_max = 8;
constexpr Duration look_up_pause =
    std::chrono::seconds{1};  // between two look-ups of a host that does not answer

IpAddress plain(const boost::asio::ip::address& address) {
  IpAddress result;
  if (address.is_v4()) {
    std::ranges::copy(address.to_v4().to_bytes(), result.bytes.begin());
  } else {
    result.family = IpAddress::Family::v6;
    std::ranges::copy(address.to_v6().to_bytes(), result.bytes.begin());
  }
  return result;
}

}  // namespace

std::vector<IpAddress> usable_addresses(const std::vector<IpAddress>& found) {
  std::vector<IpAddress> result;
  for (const IpAddress& address : found) {
    if (result.size() == addresses_max) break;
    if (!is_forbidden_target(address) && std::ranges::find(result, address) == result.end()) {
      result.push_back(address);
    }
  }
  return result;
}

AddressBook::AddressBook(LoopState& loop, std::string host, Duration refresh)
    : host_(std::move(host)), refresh_(refresh), resolver_(loop.io) {
  if (const auto literal = parse_ip(host_)) addresses_.push_back(*literal);
}

void AddressBook::find(Use use) {
  if (addresses_.empty()) {
    waiting_.push_back(std::move(use));
    look_up();
    return;
  }
  if (now() >= refresh_at_) look_up();
  use(addresses_);
}

void AddressBook::look_up() {
  if (looking_) return;
  looking_ = true;
  looked_up_ = now();
  resolver_.async_resolve(
      host_, "", [weak = weak_from_this()](const auto& error, const auto& results) {
        if (const auto self = weak.lock()) self->on_found(error, results);
      });
}

void AddressBook::on_found(const boost::system::error_code& error,
                           const Resolver::results_type& results) {
  looking_ = false;
  refresh_at_ = looked_up_ + refresh_;
  std::vector<IpAddress> found;
  for (const auto& result : results) found.push_back(plain(result.endpoint().address()));
  std::vector<IpAddress> usable = usable_addresses(found);
  Found answer = usable;
  if (!usable.empty()) {
    addresses_ = std::move(usable);
  } else if (error) {
    answer = std::unexpected(make_failure(
        FailureClass::connection, "the host name " + host_ + " is not found: " + error.message()));
  } else {
    answer = std::unexpected(make_failure(
        FailureClass::connection,
        "the host name " + host_ + " leads to link-local, metadata or multicast addresses only"));
  }
  // With old addresses at hand nobody waits, and a failed refresh leaves them as they are.
  for (Use& use : std::exchange(waiting_, {})) use(answer);
}

void AddressBook::note_good(const IpAddress& address) {
  const auto place = std::ranges::find(addresses_, address);
  if (place != addresses_.end()) std::rotate(addresses_.begin(), place, place + 1);
}

void AddressBook::note_bad() {
  if (parse_ip(host_)) return;
  refresh_at_ = std::min(refresh_at_, looked_up_ + look_up_pause);
}

}  // namespace assay::net
