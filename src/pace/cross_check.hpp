#pragma once

#include "assay/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay::pace {

// What one answer said of an item's response.
struct Measured {
  double nats = 0;
  std::int64_t tokens = 0;
};

// Whether one endpoint may stand in for another: both measure the same items, and the values must
// be equal within what the endpoints' own answers differ by. Source: design.md, section 3,
// failover.
//
// One answer of each is enough as long as they agree to the last digit. From the first that do not,
// each item is measured twice at both, which shows the noise; then the difference of each item and
// that of all together are held against it by Student's t, with a chance of 0.1 % to refuse equals.
// Other tokens for the same text are a difference in any case.
class CrossCheck {
 public:
  // One item at both endpoints, as often as `repeats` said.
  struct Pair {
    std::vector<Measured> reference;
    std::vector<Measured> stand_in;
  };
  enum class Verdict : std::uint8_t {
    open,
    equal,
    different,  // or nothing there could be proved, or noise hides any difference
  };

  [[nodiscard]] Verdict verdict() const { return verdict_; }
  // Why, once it is not open: what follows "may stand in: " or "may not stand in: ".
  [[nodiscard]] const std::string& reason() const { return reason_; }

  // Takes up another item, if one is wanted; it ends by exactly one of add, give_up and on_failed.
  [[nodiscard]] bool begin();
  [[nodiscard]] int repeats() const { return is_noisy_ ? 2 : 1; }  // of items that begin now
  void add(const Pair& pair);
  void give_up() { --begun_; }             // nothing was learnt
  void on_failed(const Failure& failure);  // the stand-in gave no value
  // One that stood equal must show it again; any other verdict stays.
  void check_again();

 private:
  struct Twice {
    double difference;  // of the means, over the root of the tokens
    double spread;      // half the squares of what the repeats differ by, over the tokens
    double nats;        // the difference as it is
    std::int64_t tokens;
  };
  [[nodiscard]] bool tokens_agree(const Pair& pair);
  void add_once(const Pair& pair);
  void add_twice(const Pair& pair);
  void judge();
  void conclude(Verdict verdict, std::string reason);

  Verdict verdict_ = Verdict::open;
  std::string reason_;
  std::size_t begun_ = 0;  // and not ended
  std::size_t exact_ = 0;  // items that agreed to the last digit
  double worst_ = 0;       // nats, among these
  bool is_noisy_ = false;
  std::vector<Twice> twice_;
  int failed_ = 0;  // in a row
};

}  // namespace assay::pace
