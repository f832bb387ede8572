#pragma once

#include "core/rng.hpp"
#include "teacher/answer.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace assay::teacher {

struct Scene;  // scene.hpp

// A fault's effect. Adding a fault is one row of the table and, but for refusals, one
// function.

// Instead of an answer, this; it is not billed.
struct Refusal {
  int status;
  std::string_view body;
  std::string_view headers = "";
  std::string_view content_type = "application/json";
  bool refuses_stream = false;  // over HTTP/2, REFUSED_STREAM instead of all that
};
// The answer lies; `choice` is the one whose content is struck.
using AnswerFault = void (*)(Completion& completion, Choice& choice, Rng& rng);
// The same, by what the teacher knows beside the answer.
using SceneFault = void (*)(Completion& completion, Choice& choice, const Scene& scene);
// The answer's bytes are not what they should be.
using BodyFault = void (*)(HttpAnswer& answer, Rng& rng);
// The answer is not delivered as it should be.
using DeliveryFault = Script (*)(const HttpAnswer& answer, Rng& rng);

struct FaultRow {
  std::string_view name;
  std::string_view meaning;  // for `assay teacher --list-faults`
  std::variant<Refusal, AnswerFault, SceneFault, BodyFault, DeliveryFault> effect;
  std::optional<double> amount{};  // what a rule may change; absent: the fault takes none

  [[nodiscard]] bool lies() const {
    return std::holds_alternative<AnswerFault>(effect) ||
           std::holds_alternative<SceneFault>(effect);
  }
};

struct FaultGroup {
  std::string_view title;
  std::span<const FaultRow> rows;
};
[[nodiscard]] std::span<const FaultGroup> fault_groups();
[[nodiscard]] std::span<const FaultGroup> lie_groups();  // those of lie_table.cpp

[[nodiscard]] std::span<const FaultRow> fault_rows();
[[nodiscard]] const FaultRow* fault_row(std::string_view name);

}  // namespace assay::teacher
