#pragma once

// What a journal's records leave of the budget: read in order, they give each account's past.

#include "journal/record.hpp"
#include "pace/ledger.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::crawl {

// The books are those of the last clean end (`settle`) and what every record since then adds. A
// `lease` adds nothing: it bounds all that was committed while it was the last one, so that after a
// crash the ledger counts what it leaves unproved as unknown.
class BudgetHistory {
 public:
  // `policies` in the order of the ledger's accounts. What other policies cost counts for the run.
  explicit BudgetHistory(std::vector<std::string> policies);

  void add(const journal::Record& record);

  // One entry for each account that the journal says something of.
  [[nodiscard]] std::vector<pace::Ledger::Past> result() const;

 private:
  void add(const std::string& policy, const journal::Delivery& delivery);
  [[nodiscard]] std::optional<std::uint32_t> account_of(const std::string& name) const;

  std::vector<std::string> policies_;
  std::map<std::uint32_t, pace::Ledger::Past> past_;
};

}  // namespace assay::crawl
