#pragma once

#include "crawl/run_spec.hpp"
#include "crawl/work_source.hpp"
#include "net/answer.hpp"
#include "pace/work.hpp"
#include "wire/dialect.hpp"

#include <optional>
#include <string>

namespace assay::crawl {

// One item as one request to one endpoint. Views into the work and the spec: use it at once.
class ScoringCall {
 public:
  // To the policy's preferred endpoint, or to this one.
  ScoringCall(const RunSpec& spec, const Work& work);
  ScoringCall(const RunSpec& spec, const Work& work, const EndpointSpec& endpoint);
  ScoringCall(const ScoringCall&) = delete;  // call_ points at prompt_
  ScoringCall& operator=(const ScoringCall&) = delete;

  [[nodiscard]] std::optional<Failure> objection() const;
  [[nodiscard]] TokenBound worst_case() const;
  [[nodiscard]] std::string target() const;  // without the base path
  void append_body(std::string& out) const;
  void read(const AnswerView& answer, wire::Scratch& scratch, wire::Reading& reading) const;

 private:
  const wire::Dialect& dialect_;
  wire::Prompt prompt_;
  wire::ScoreCall call_;
};

// Whether an answer of this status leaves open that the work was done and billed.
[[nodiscard]] bool possibly_billed(int status);

// What the dispatcher must know of an answer that was read. Takes the outcomes out of `reading`.
[[nodiscard]] pace::Reply reply_of(wire::Reading&& reading, const net::Answer& answer);

}  // namespace assay::crawl
