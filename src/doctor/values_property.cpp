#include "doctor/property_table.hpp"
#include "doctor/refusals.hpp"

namespace assay::doctor {
namespace {

Finding judge(const Evidence& evidence) {
  return finding_of(refusals(evidence, Blame::values),
                    "hold finite values of at most 0 throughout");
}

}  // namespace

constexpr Property values_property{
    .name = "values",
    .claim = "every token but the first has a finite log-prob of at most 0",
    .meaning = "Placeholders, gaps or impossible numbers stand where values should.",
    .advice =
        "Ask the provider; values like -9999 or null mean that the server did not compute them.",
    .plan = nullptr,
    .judge = judge,
};

}  // namespace assay::doctor
