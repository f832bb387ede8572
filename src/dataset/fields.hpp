#pragma once

// The members of one row that we read, found in one pass, each once.

#include "assay/log_prob.hpp"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace assay::dataset {

enum class Field : std::uint8_t {
  id,
  prompt_id,
  doc_id,
  prompt,
  messages,
  response,
  arguments,
  draw_idx,
  target_policy,
  base_policy_logprob,
  target_policy_logprobs,
  logprob,
  logp,           // what older scripts call logprob
  total_logprob,  // the same
  eval_model,
  source_policy,
  judge_score,
  oracle_label,
  reward,
  response_token_count,
  finish_reason,
  fold_id,
  metadata,
};
inline constexpr std::size_t field_count = static_cast<std::size_t>(Field::metadata) + 1;
[[nodiscard]] std::string_view name_of(Field field);

using Json = simdjson::dom::element;

// Reasons are for a BadRow: they name the field and one fix.
template <class T>
using Read = std::expected<T, std::string>;

// Valid as long as the document.
class Fields {
 public:
  // Errors: a field we read that stands twice.
  [[nodiscard]] static Read<Fields> of(const simdjson::dom::object& object);

  // Present, be it null.
  [[nodiscard]] bool has(Field field) const { return at(field).has_value(); }
  // Present and not null.
  [[nodiscard]] std::optional<Json> get(Field field) const;

 private:
  [[nodiscard]] const std::optional<Json>& at(Field field) const {
    return values_[static_cast<std::size_t>(field)];
  }
  std::array<std::optional<Json>, field_count> values_;
};

// Values of one JSON type, and nothing converted. `name` is what the reason calls the field.
[[nodiscard]] Read<std::string> read_text(std::string_view name, Json value);
[[nodiscard]] Read<double> read_number(std::string_view name, Json value);
[[nodiscard]] Read<std::string> read_id(std::string_view name,
                                        Json value);  // a text, or an integer as text
[[nodiscard]] Read<std::int64_t> read_count(std::string_view name,
                                            Json value,
                                            std::int64_t max);  // 0 to max
[[nodiscard]] Read<std::optional<LogProb>> read_log_prob(std::string_view name,
                                                         Json value);  // null: missing

}  // namespace assay::dataset
