#pragma once

// Values for tests, complete and valid, so that a case states only what it is about.

#include <assay/log_prob.hpp>
#include <assay/outcome.hpp>
#include <assay/policy.hpp>
#include <assay/sample.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace assay::test {

[[nodiscard]] inline LogProb log_prob(double nats) {
  return LogProb::from_nats(nats).value();
}

// A draft with every check proved; set one otherwise and issue it.
[[nodiscard]] inline Certificate::Draft proved_draft(Method method = Method::echo) {
  Certificate::Draft draft(method);
  for (std::size_t i = 0; i < check_count; ++i) draft.set(static_cast<Check>(i), Verdict::proved);
  return draft;
}

[[nodiscard]] inline Score proved_score(double nats, std::int64_t tokens = 1) {
  return {log_prob(nats), TokenCount{tokens}, proved_draft().issue().value()};
}

[[nodiscard]] inline Sample sample(std::string prompt, std::string response) {
  Sample made;
  made.id = "sample";
  made.source = "test";
  made.prompt = std::move(prompt);
  made.response = std::move(response);
  return made;
}

[[nodiscard]] inline Policy policy(std::string name) {
  Policy made;
  made.model = name;
  made.weights = "test/" + name + "@1";
  made.name = std::move(name);
  made.endpoints = {"local"};
  return made;
}

}  // namespace assay::test
