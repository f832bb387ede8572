#include "teacher/registry.hpp"

#include <cstdio>
#include <cstring>
#include <utility>

namespace assay::teacher {

namespace {

// The first half of the digest: enough to tell contents apart, and half the memory.
std::uint64_t short_key(const ContentKey& content) {
  std::uint64_t key = 0;
  std::memcpy(&key, content.bytes.data(), sizeof key);
  return key;
}

}  // namespace

Slot::~Slot() {
  if (registry_ != nullptr) registry_->release(key_);
}
Slot::Slot(Slot&& other) noexcept
    : registry_(std::exchange(other.registry_, nullptr)), key_(other.key_) {}
Slot& Slot::operator=(Slot&& other) noexcept {
  std::swap(registry_, other.registry_);
  std::swap(key_, other.key_);
  return *this;
}

Registry::Registry(const Limits& limits,
                   std::size_t keys,
                   std::optional<Ledger> ledger,
                   Instant start)
    : limits_(limits),
      limiters_(keys, Limiter(limits, start)),
      ledger_(std::move(ledger)),
      start_(start) {}

Ticket Registry::admit(std::size_t key,
                       std::span<const ContentKey> contents,
                       std::int64_t tokens,
                       Instant now) {
  const std::lock_guard lock(mutex_);
  if (halve_after_ && now - start_ >= *halve_after_) {
    halve_after_.reset();
    change(halved(limits_), now);
  }
  auto& limiter = limiters_[key];
  Ticket ticket;
  ticket.ordinal = ++counters_.requests;
  ticket.at = now - start_;
  ticket.admission = limiter.admit(tokens, now);
  ticket.requests = limiter.requests(now);
  ticket.tokens = limiter.tokens(now);
  ticket.in_flight = limiter.in_flight();
  if (ticket.admission.verdict != Admission::Verdict::admitted) return ticket;
  ticket.slot = Slot(*this, key);
  ticket.attempts.reserve(contents.size());
  for (const auto& content : contents) ticket.attempts.push_back(++attempts_[short_key(content)]);
  return ticket;
}

Ticket Registry::note(Instant now) {
  const std::lock_guard lock(mutex_);
  Ticket ticket;
  ticket.ordinal = ++counters_.requests;
  ticket.at = now - start_;
  return ticket;
}

void Registry::settle(const LedgerLine& line) {
  const std::lock_guard lock(mutex_);
  if (!line.refusal.empty()) {
    ++counters_.refused;
  } else if (!line.fault.empty()) {
    ++counters_.faulted;
  } else {
    ++counters_.answered;
  }
  if (!ledger_) return;
  if (const auto status = ledger_->add(line); !status && !std::exchange(ledger_failed_, true)) {
    std::fprintf(stderr, "assay: teacher: %s\n", status.error().detail.c_str());
  }
}

void Registry::flush() {
  const std::lock_guard lock(mutex_);
  if (!ledger_) return;
  if (const auto status = ledger_->flush(); !status && !std::exchange(ledger_failed_, true)) {
    std::fprintf(stderr, "assay: teacher: %s\n", status.error().detail.c_str());
  }
}

void Registry::change_limits(const Limits& limits, Instant now) {
  const std::lock_guard lock(mutex_);
  change(limits, now);
}

void Registry::change(const Limits& limits, Instant now) {
  limits_ = limits;
  for (auto& limiter : limiters_) limiter.change(limits, now);
}

void Registry::halve_after(Duration time) {
  const std::lock_guard lock(mutex_);
  halve_after_ = time;
}

void Registry::connected() {
  const std::lock_guard lock(mutex_);
  ++counters_.connections;
  ++counters_.open;
}

void Registry::disconnected() {
  const std::lock_guard lock(mutex_);
  --counters_.open;
}

ServerCounters Registry::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

void Registry::release(std::size_t key) {
  const std::lock_guard lock(mutex_);
  limiters_[key].release();
}

}  // namespace assay::teacher
