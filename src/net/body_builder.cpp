#include "net/body_builder.hpp"

#include "net/response_head.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace assay::net {

namespace {

std::unexpected<Failure> too_long() {
  return malformed("the body is longer than its limit");
}

// Allocated for a compressed body with its first byte: a usual one then grows once.
constexpr std::size_t inflated_first_step = std::size_t{32} << 10;

// `allocate` takes so many bytes, if all answers together may have them.
template <class Allocate>
BodyBuilder::Verdict within(BodyBudget& budget, std::size_t bytes, Allocate allocate) {
  if (!budget.take(bytes)) {
    return std::unexpected(make_failure(
        FailureClass::overloaded, "the answers under way together exceed their memory limit"));
  }
  try {
    allocate();
  } catch (const std::bad_alloc&) {
    budget.give_back(bytes);
    return std::unexpected(make_failure(FailureClass::overloaded, "no memory for the answer"));
  }
  return {};
}

}  // namespace

BodyBuilder::Verdict BodyBuilder::announce(std::uint64_t length) {
  if (length > limits_.body_bytes_max) return too_long();
  announced_ = static_cast<std::size_t>(length);
  return {};
}

BodyBuilder::Verdict BodyBuilder::expect_gzip() {
  return within(budget_, Inflater::bytes, [this] { inflater_ = std::make_unique<Inflater>(); });
}

BodyBuilder::Verdict BodyBuilder::finish() {
  // Nothing at all is what some servers say to a refusal.
  if (inflater_ && deflated_ > 0 && !inflated_) return malformed("the compressed body ends early");
  return {};
}

BodyBuilder::Verdict BodyBuilder::inflate(std::string_view bytes) {
  deflated_ += bytes.size();
  for (bool goes_on = !bytes.empty(); goes_on;) {
    if (inflated_) return malformed("bytes follow the compressed body");
    const auto step = inflate_some(bytes);
    if (!step) return std::unexpected(step.error());
    if (step->state == Inflater::State::wrong) return malformed("the body is not valid gzip");
    bytes.remove_prefix(step->taken);
    inflated_ = step->state == Inflater::State::ended;
    const std::size_t most = limits_.inflated_free + deflated_ * limits_.inflated_times_max;
    if (body_.size() > most) return malformed("the compressed body grows beyond all measure");
    goes_on = step->state == Inflater::State::wants_room || !bytes.empty();
  }
  return {};
}

// A full body may still be followed by the end mark of its coding, and by no byte of content.
std::expected<Inflater::Step, Failure> BodyBuilder::inflate_some(std::string_view bytes) {
  if (body_.size() == limits_.body_bytes_max) {
    char surplus = 0;
    const Inflater::Step step = inflater_->step(bytes, {&surplus, 1});
    if (step.made > 0) return too_long();
    return step;
  }
  const auto place = room();
  if (!place) return std::unexpected(place.error());
  const Inflater::Step step = inflater_->step(bytes, *place);
  body_.advance(step.made);
  return step;
}

void BodyBuilder::give_back() {
  budget_.give_back(body_.capacity());
  if (inflater_) budget_.give_back(Inflater::bytes);
  inflater_.reset();
}

BodyBuilder::Verdict BodyBuilder::append(std::string_view bytes) {
  if (inflater_) return inflate(bytes);
  if (bytes.size() > limits_.body_bytes_max - body_.size()) return too_long();
  if (auto ok = grow_to_hold(body_.size() + bytes.size()); !ok) return ok;
  body_.append(bytes);
  return {};
}

std::expected<std::span<char>, Failure> BodyBuilder::room() {
  if (body_.size() == body_.capacity()) {
    if (auto ok = grow_to_hold(body_.size() + 1); !ok) {
      return std::unexpected(std::move(ok.error()));
    }
  }
  return body_.room();
}

BodyBuilder::Verdict BodyBuilder::grow_to_hold(std::size_t bytes) {
  if (bytes <= body_.capacity()) return {};
  const std::size_t first = announced_  ? std::min(*announced_, limits_.body_first_step)
                            : inflater_ ? inflated_first_step
                                        : std::size_t{4096};
  std::size_t capacity = std::max({bytes, 2 * body_.capacity(), first});
  capacity = std::min(capacity, limits_.body_bytes_max);
  if (announced_) capacity = std::max(bytes, std::min(capacity, *announced_));
  return set_capacity(capacity);
}

BodyBuilder::Verdict BodyBuilder::set_capacity(std::size_t bytes) {
  return within(budget_, bytes - body_.capacity(), [&] { body_.reserve(bytes); });
}

Body BodyBuilder::take() {
  give_back();
  body_.seal();
  return std::exchange(body_, Body{});
}

}  // namespace assay::net
