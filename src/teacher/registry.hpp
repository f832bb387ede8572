#pragma once

#include "assay/time.hpp"
#include "teacher/ledger.hpp"
#include "teacher/limiter.hpp"
#include "teacher/server.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace assay::teacher {

class Registry;

// A place among the requests in flight; given back when it goes.
class Slot {
 public:
  Slot() = default;
  Slot(Registry& registry, std::size_t key) : registry_(&registry), key_(key) {}
  ~Slot();
  Slot(Slot&& other) noexcept;
  Slot& operator=(Slot&& other) noexcept;

 private:
  Registry* registry_ = nullptr;
  std::size_t key_ = 0;
};

// What admission says about one request.
struct Ticket {
  std::uint64_t ordinal = 0;
  Duration at{};  // since the start
  Admission admission;
  std::vector<std::uint32_t> attempts;  // by content, from 1; empty when not admitted
  std::optional<AxisState> requests;    // of the key's limits, after this request
  std::optional<AxisState> tokens;
  std::int64_t in_flight = 0;  // of the key, this one counted when admitted
  Slot slot;                   // held by the request when admitted
};

// What the teacher's loops share: limits per key, attempts per content, the order of requests, the
// ledger, counts. Thread-safe: each call takes the one lock for well under a microsecond (a flush:
// for a write).
class Registry {
 public:
  Registry(const Limits& limits, std::size_t keys, std::optional<Ledger> ledger, Instant start);

  [[nodiscard]] Ticket admit(std::size_t key,
                             std::span<const ContentKey> contents,
                             std::int64_t tokens,
                             Instant now);
  // The number of a request that does not come as far as admission.
  [[nodiscard]] Ticket note(Instant now);
  void settle(const LedgerLine& line);
  void flush();
  // Half the limits from this long after the start on; a change_limits() in between is halved too.
  void halve_after(Duration time);
  [[nodiscard]] Duration since_start(Instant now) const { return now - start_; }
  void change_limits(const Limits& limits, Instant now);
  void connected();
  void disconnected();
  [[nodiscard]] ServerCounters counters() const;

 private:
  friend class Slot;
  void release(std::size_t key);
  void change(const Limits& limits, Instant now);  // under the lock

  mutable std::mutex mutex_;
  Limits limits_;
  std::optional<Duration> halve_after_;
  std::vector<Limiter> limiters_;  // by key
  std::unordered_map<std::uint64_t, std::uint32_t> attempts_;
  std::optional<Ledger> ledger_;
  bool ledger_failed_ = false;
  Instant start_;
  ServerCounters counters_;
};

}  // namespace assay::teacher
