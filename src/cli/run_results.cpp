#include "cli/run_results.hpp"

namespace assay::cli {

Status write_run_results(journal::Storage& storage,
                         const journal::ResultsRequest& request,
                         RunSummary& summary) {
  auto written = journal::write_results(storage, request, request.run);
  if (!written) return std::unexpected(written.error());
  auto counted =
      journal::for_each_result(storage, request, [&summary](const journal::ResultRow& row) {
        summary.add(row);
        return Status{};
      });
  if (!counted) return std::unexpected(counted.error());
  return {};
}

}  // namespace assay::cli
