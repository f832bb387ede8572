#pragma once

// Proves from a journal alone that a budget was kept: the records are replayed in order, and at
// each of them every cap is held against what had been committed by then.
//
// A request is sent only while spent + reserved + unknown + its worst case stays within `leased`
// of a record that is on disk already. So at every instant, crashes included,
//   billed <= spent + reserved + unknown + worst case <= leased <= cap.
// The audit checks each link that a journal holds: a lease covers what it states as committed and
// is not above its cap; no record charges more than the leases before it cover; the books of a
// clean end are covered, too, and forget nothing that records hold.

#include "journal/reader.hpp"
#include "journal/record.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::journal {

enum class BudgetAxis : std::uint8_t { money, tokens, requests };
inline constexpr std::size_t budget_axis_count = 3;
[[nodiscard]] std::string_view name_of(BudgetAxis axis);  // "usd", "tokens", "requests"
[[nodiscard]] std::int64_t on_axis(const BudgetPoint& point, BudgetAxis axis);
[[nodiscard]] std::optional<std::int64_t> on_axis(const BudgetCap& cap, BudgetAxis axis);

// A place where the proof fails.
struct Breach {
  std::string account;
  BudgetAxis axis = BudgetAxis::money;
  std::string what;           // half a sentence: "a lease is above the cap"
  std::int64_t have = 0;      // the greater figure
  std::int64_t allowed = 0;   // what it must not be above
  std::uint64_t segment = 0;  // of the record
  std::uint64_t offset = 0;   // of its line in the segment
};

class BudgetAudit {
 public:
  struct Account {
    std::optional<BudgetCap> cap;  // the one stated last
    BudgetPoint spent;             // proved by records
    BudgetPoint unknown;           // may have been billed: of records, and what leases leave open
    BudgetPoint most;              // that spent + reserved + unknown can ever have been
    std::array<std::uint64_t, budget_axis_count> proved{};  // records checked against a cap
  };

  // What the provider reports beside an answer, held against what was charged for it. Only of
  // answers that were billed for one request: the usage of earlier ones is not kept.
  struct UsageCheck {
    std::uint64_t answers = 0;    // records of something that was sent
    std::uint64_t compared = 0;   // of those
    std::uint64_t differing = 0;  // of compared
    TokenCount reported;          // of compared
    TokenCount charged;           // of compared
  };

  // `caps` hold for marks that state none: those of journals from before marks had a cap. By
  // account, "" for the run.
  explicit BudgetAudit(std::map<std::string, BudgetCap> caps = {}) : caps_(std::move(caps)) {}

  void add(const Record& record, const VerifiedLine& line);

  [[nodiscard]] const std::map<std::string, Account>& accounts() const { return accounts_; }
  [[nodiscard]] const UsageCheck& usage() const { return usage_; }
  [[nodiscard]] std::uint64_t records() const { return records_; }
  // The first ones, at most breaches_max of them, and how many there are.
  [[nodiscard]] const std::vector<Breach>& breaches() const { return breaches_; }
  [[nodiscard]] std::uint64_t breach_count() const { return breach_count_; }
  [[nodiscard]] bool holds() const { return breach_count_ == 0 && usage_.differing == 0; }
  static constexpr std::size_t breaches_max = 20;

 private:
  // Of one account, beside what is shown.
  struct Book {
    BudgetPoint charged;  // by records since the last settle, and by that
    BudgetPoint unknown;
    std::optional<BudgetPoint> leased;
  };
  struct Place {
    std::uint64_t segment;
    std::uint64_t offset;
  };
  void charge(const std::string& account, const Delivery& delivery, Place place);
  void lease(const BudgetMarks& marks, Place place);
  void settle(const BudgetMarks& marks, Place place);
  void compare_usage(const Delivery& delivery);
  void show(const std::string& account);
  void require(const std::string& account,
               BudgetAxis axis,
               std::int64_t have,
               std::int64_t allowed,
               const char* what,
               Place place);
  [[nodiscard]] std::optional<BudgetCap> cap_of(const BudgetMarks& marks) const;

  std::map<std::string, BudgetCap> caps_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, Book> books_;
  UsageCheck usage_;
  std::uint64_t records_ = 0;
  std::vector<Breach> breaches_;
  std::uint64_t breach_count_ = 0;
};

}  // namespace assay::journal
