#pragma once

// What `assay audit` finds and says.

#include "assay/result.hpp"
#include "journal/budget_audit.hpp"
#include "journal/storage.hpp"

#include <filesystem>
#include <string>

namespace assay::cli {

struct AuditReport {
  std::filesystem::path run;
  journal::BudgetAudit audit;
  journal::JournalReport journal;
};

// Replays the run's journal. Caps of its configuration stand in where old marks state none.
// Errors: Errc::damaged with the place; Errc::io.
[[nodiscard]] Result<AuditReport> audit_run(journal::Storage& storage,
                                            const std::filesystem::path& run);

[[nodiscard]] std::string to_text(const AuditReport& report);
[[nodiscard]] std::string to_json(const AuditReport& report);

}  // namespace assay::cli
