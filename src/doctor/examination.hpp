#pragma once

// An examination from its first question to its verdicts. Pure: it says what to ask, is told what
// came back, and judges.
//
//   Examination examination(subject);
//   for (each Round) {
//     auto exchanges = examination.plan(round);
//     ... carry them out: Round::alone one at a time in order, the others in any way ...
//     for (each) examination.add(exchange, seen);
//   }
//   Diagnosis diagnosis = examination.diagnose();

#include "doctor/evidence.hpp"
#include "doctor/finding.hpp"
#include "doctor/property.hpp"

#include <string>
#include <vector>

namespace assay::doctor {

struct Diagnosis {
  struct Entry {
    const Property* property;  // static storage
    Finding finding;
  };
  std::vector<Entry> entries;  // one for each property, in the table's order
  Noise noise;
  std::string fingerprint;  // system_fingerprint of the first answer that has one

  [[nodiscard]] bool holds() const;  // nothing failed
};

// What an examination can take at most, known before anything is sent.
struct Effort {
  std::size_t requests = 0;
  TokenBound tokens;
};

class Examination {
 public:
  explicit Examination(Subject subject) : evidence_(std::move(subject)) {}

  // What to ask in this round; requests that the dialect cannot make are left out.
  [[nodiscard]] std::vector<Exchange> plan(Round round) const;
  void add(Exchange exchange, Seen seen) { evidence_.add(std::move(exchange), std::move(seen)); }

  [[nodiscard]] Diagnosis diagnose();
  [[nodiscard]] const Subject& subject() const { return evidence_.subject(); }

 private:
  Evidence evidence_;
};

// The upper bound over all rounds: as if every text had every cut.
[[nodiscard]] Effort effort_of(const Subject& subject);

}  // namespace assay::doctor
