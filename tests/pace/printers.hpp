#pragma once

// Lets BOOST_TEST print the words of pace, and makes its values for tests.

#include "pace/ledger.hpp"
#include "pace/pacer.hpp"
#include "pace/work.hpp"
#include "support/builders.hpp"
#include "support/printers.hpp"

#include <ostream>

namespace assay::pace {

inline std::ostream& boost_test_print_type(std::ostream& out, const Amount& amount) {
  return out << amount.usd.nanos() << " nano-dollars, " << amount.tokens.value << " tokens, "
             << amount.requests << " requests";
}
inline std::ostream& boost_test_print_type(std::ostream& out, Ledger::Verdict verdict) {
  constexpr const char* names[] = {
      "reserved", "wait_for_lease", "wait_for_settle", "exhausted", "price_unknown"};
  return out << names[static_cast<std::size_t>(verdict)];
}
inline std::ostream& boost_test_print_type(std::ostream& out, const LeaseMark& mark) {
  out << "account " << mark.account << ": ";
  return boost_test_print_type(out, mark.committed_max);
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Binding& binding) {
  return out << to_text(binding);
}

}  // namespace assay::pace

namespace assay::test {

[[nodiscard]] inline Instant at(Duration since_epoch) {
  return Instant{} + since_epoch;
}

[[nodiscard]] inline TokenBound bound(std::int64_t input, std::int64_t output = 1) {
  return {TokenCount{input}, TokenCount{output}};
}

[[nodiscard]] inline pace::Amount amount(std::int64_t nanos,
                                         std::int64_t tokens,
                                         std::int64_t requests) {
  return {NanoUsd{nanos}, TokenCount{tokens}, requests};
}

// An answer that could be read, with one score for each of `items`.
[[nodiscard]] inline pace::Reply answered(std::int64_t input_tokens, std::size_t items = 1) {
  pace::Reply reply;
  reply.observation.status = 200;
  reply.usage = {TokenCount{input_tokens}, TokenCount{1}};
  reply.result = std::vector<Outcome>(items, Outcome(proved_score(-1.0)));
  return reply;
}

[[nodiscard]] inline pace::Reply failed(FailureClass cls,
                                        int status = 0,
                                        bool possibly_billed = false) {
  pace::Reply reply;
  reply.observation.status = status;
  reply.result = make_failure(cls, "for a test");
  reply.possibly_billed = possibly_billed;
  return reply;
}

}  // namespace assay::test
