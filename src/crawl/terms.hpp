#pragma once

// A RunSpec in the words of pace and journal.

#include "crawl/run_spec.hpp"
#include "journal/record.hpp"
#include "pace/dispatcher.hpp"

#include <cstddef>
#include <vector>

namespace assay::crawl {

// The policy's endpoints as places in spec.endpoints, in its order; never empty.
[[nodiscard]] std::vector<std::size_t> endpoint_indices(const RunSpec& spec, const Policy& policy);
// The first of them.
[[nodiscard]] std::size_t preferred_index(const RunSpec& spec, const Policy& policy);

// How the policies' texts are written: as the spec says, else by the built-in templates.
[[nodiscard]] std::vector<PolicyForm> forms_of(const RunSpec& spec);

[[nodiscard]] pace::RunTerms run_terms(const RunSpec& spec,
                                       const std::vector<pace::SharedPacer*>& pacers,
                                       Instant start);

// The state of one of the ledger's accounts with `mark` as its lease. The time is left to the
// caller.
[[nodiscard]] journal::BudgetMarks budget_marks(const RunSpec& spec,
                                                const pace::SharedLedger& ledger,
                                                const pace::LeaseMark& mark);

[[nodiscard]] pace::Amount amount_of(const journal::BudgetPoint& point);
[[nodiscard]] journal::BudgetPoint point_of(const pace::Amount& amount);

}  // namespace assay::crawl
