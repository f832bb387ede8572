#include "cli/run_results.hpp"

namespace assay::cli {

Status write_run_results(journal::Storage& storage,
                         const journal::ResultsRequest& request,
                         RunSummary& summary) {
  const auto written =
      journal::write_results(storage, request, request.run, [&](const journal::ResultRow& row) {
        summary.add(row);
        return Status{};
      });
  if (!written) return std::unexpected(written.error());
  return {};
}

}  // namespace assay::cli
