#include "dataset/fields.hpp"

#include "core/json_text.hpp"
#include "core/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::dataset {
namespace {

constexpr std::array<std::string_view, field_count> field_names = {"id",
                                                                   "prompt_id",
                                                                   "doc_id",
                                                                   "prompt",
                                                                   "messages",
                                                                   "response",
                                                                   "arguments",
                                                                   "draw_idx",
                                                                   "target_policy",
                                                                   "base_policy_logprob",
                                                                   "target_policy_logprobs",
                                                                   "logprob",
                                                                   "logp",
                                                                   "total_logprob",
                                                                   "eval_model",
                                                                   "source_policy",
                                                                   "judge_score",
                                                                   "oracle_label",
                                                                   "reward",
                                                                   "response_token_count",
                                                                   "finish_reason",
                                                                   "fold_id",
                                                                   "metadata"};

std::string_view type_of(Json value) {
  switch (value.type()) {
    case simdjson::dom::element_type::ARRAY:
      return "a list";
    case simdjson::dom::element_type::OBJECT:
      return "an object";
    case simdjson::dom::element_type::INT64:
    case simdjson::dom::element_type::UINT64:
    case simdjson::dom::element_type::DOUBLE:
      return "a number";
    case simdjson::dom::element_type::STRING:
      return "a text";
    case simdjson::dom::element_type::BOOL:
      return "true or false";
    case simdjson::dom::element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

std::unexpected<std::string> wrong_type(std::string_view name,
                                        Json value,
                                        std::string_view wanted) {
  return std::unexpected(fmt::format("{} is {}: write {}", name, type_of(value), wanted));
}

}  // namespace

std::string_view name_of(Field field) {
  return field_names[static_cast<std::size_t>(field)];
}

Read<Fields> Fields::of(const simdjson::dom::object& object) {
  Fields fields;
  for (const auto& [key, value] : object) {
    const auto* const found = std::ranges::find(field_names, key);
    if (found == field_names.end()) continue;
    auto& slot = fields.values_[static_cast<std::size_t>(found - field_names.begin())];
    if (slot) return std::unexpected(fmt::format("{} stands twice: keep one", key));
    slot = value;
  }
  return fields;
}

std::optional<Json> Fields::get(Field field) const {
  const auto& value = at(field);
  if (!value || value->is_null()) return std::nullopt;
  return value;
}

Read<std::string> read_text(std::string_view name, Json value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return wrong_type(name, value, "a text in quotes");
  // What the parser lets pass depends on the processor it was chosen for; this does not.
  if (!is_utf8(text)) {
    return std::unexpected(fmt::format(
        "{} holds half of a surrogate pair (\\ud800 to \\udfff): write the whole character", name));
  }
  return std::string(text);
}

Read<double> read_number(std::string_view name, Json value) {
  double number = 0;
  if (!value.is_number() || value.get(number) != simdjson::SUCCESS || !std::isfinite(number)) {
    return wrong_type(name, value, "a number without quotes");
  }
  return number;
}

Read<std::string> read_id(std::string_view name, Json value) {
  if (value.is_string()) return read_text(name, value);
  std::int64_t number = 0;
  if (value.is_int64() && value.get(number) == simdjson::SUCCESS) return fmt::to_string(number);
  std::uint64_t big = 0;
  if (value.is_uint64() && value.get(big) == simdjson::SUCCESS) return fmt::to_string(big);
  return wrong_type(name, value, "a text or a whole number");
}

Read<std::int64_t> read_count(std::string_view name, Json value, std::int64_t max) {
  std::int64_t number = 0;
  if (!value.is_int64() || value.get(number) != simdjson::SUCCESS || number < 0 || number > max) {
    return std::unexpected(fmt::format("{} must be a whole number from 0 to {}", name, max));
  }
  return number;
}

Read<std::optional<LogProb>> read_log_prob(std::string_view name, Json value) {
  if (value.is_null()) return std::optional<LogProb>();
  const auto number = read_number(name, value);
  if (!number) return std::unexpected(number.error() + ", or null when it is missing");
  // What servers and scripts write for none; a sum may well be less, but not exactly this.
  if (*number == -9999) {
    return std::unexpected(
        fmt::format("{} -9999 stands for no value: write null when it is missing", name));
  }
  const auto log_prob = LogProb::from_nats(*number);
  if (!log_prob) {
    return std::unexpected(
        fmt::format("{}: {}; write null when it is missing", name, log_prob.error()));
  }
  return std::optional(*log_prob);
}

}  // namespace assay::dataset
