#pragma once

// Everything asked and answered so far, as the properties look it up.

#include "doctor/exchange.hpp"
#include "doctor/noise.hpp"
#include "wire/dialect.hpp"
#include "wire/template.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::doctor {

// What is examined.
struct Subject {
  const wire::Dialect* dialect = nullptr;  // static storage; can score
  std::string model;
  std::string clone{};  // another name of the same weights; empty: none is known
  wire::Template form = *wire::find_template("none");
  wire::RenderOptions rendering{};  // as the policy's own texts are written
  std::string system_prompt{};
  std::optional<std::int64_t> context_tokens{};  // the model's limit, when the user states it
};

struct Asked {
  Exchange exchange;
  Seen seen;
};

class Evidence {
 public:
  explicit Evidence(Subject subject) : subject_(std::move(subject)) {}

  void add(Exchange exchange, Seen seen) {
    asked_.push_back({std::move(exchange), std::move(seen)});
  }
  void settle_noise();  // once the crowd has answered

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] const std::vector<Asked>& all() const { return asked_; }
  [[nodiscard]] const Noise& noise() const { return noise_; }

  // In the order asked; pointers live as long as nothing is added.
  [[nodiscard]] std::vector<const Asked*> of(Group group) const;
  [[nodiscard]] std::vector<const Asked*> of(Group group, std::uint32_t text) const;

  // What the endpoint says of a plain text when it is asked for the second time, alone: what all
  // else is compared with. A sight without segments when there is none.
  [[nodiscard]] const Sight& settled(std::uint32_t text) const;
  [[nodiscard]] const Seen* settled_answer(std::uint32_t text) const;

 private:
  Subject subject_;
  std::vector<Asked> asked_;
  Noise noise_;
};

}  // namespace assay::doctor
