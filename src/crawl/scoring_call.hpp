#pragma once

#include "crawl/run_spec.hpp"
#include "crawl/work_source.hpp"
#include "net/answer.hpp"
#include "net/client.hpp"
#include "pace/work.hpp"
#include "wire/course.hpp"
#include "wire/dialect.hpp"

#include <boost/container/small_vector.hpp>

#include <optional>
#include <span>
#include <string>

namespace assay::crawl {

// Items of one policy as one request to one endpoint. Views into the work and the spec: use it at
// once.
class ScoringCall {
 public:
  // To the policy's preferred endpoint, or to this one.
  ScoringCall(const RunSpec& spec, const Work& work);
  ScoringCall(const RunSpec& spec,
              std::span<const Work* const> works,
              const EndpointSpec& endpoint);
  ScoringCall(const ScoringCall&) = delete;  // call_ points at prompts_
  ScoringCall& operator=(const ScoringCall&) = delete;

  [[nodiscard]] std::optional<Failure> objection() const;
  [[nodiscard]] TokenBound worst_case() const;
  void append_body(std::string& out) const;
  void read(const AnswerView& answer, wire::Scratch& scratch, wire::Reading& reading) const;

 private:
  void add(const Work& work);

  const wire::Dialect& dialect_;
  boost::container::small_vector<wire::Prompt, 1> prompts_;  // one as a rule, without allocating
  wire::ScoreCall call_;
};

// The request of such a call, to which its body is still to be appended.
[[nodiscard]] net::Request request_without_body(const EndpointSpec& endpoint, const Policy& policy);

// Whether an answer of this status leaves open that the work was done and billed.
[[nodiscard]] bool possibly_billed(int status);
// The course of an item whose policy's method takes several exchanges.
[[nodiscard]] wire::Course course_of(const RunSpec& spec, const Work& work);

// The next exchange of a course.
[[nodiscard]] net::Request request_of(const wire::Course& course);

// What the dispatcher must know of an answer that was read. Takes the outcomes out of `reading`.
[[nodiscard]] pace::Reply reply_of(wire::Reading&& reading, const net::Answer& answer);
// The same where none came.
[[nodiscard]] pace::Reply reply_of(const net::ExchangeFailure& failure);

}  // namespace assay::crawl
