#include "wire/forced_step.hpp"

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/scratch_parts.hpp"

#include <fmt/format.h>

namespace assay::wire {
namespace {

struct Step {
  Json place;
  Usage usage;
};

std::expected<Step, Failure> read_frame(Json root, std::size_t sent) {
  constexpr std::array<std::string_view, 4> names{
      "completion_probabilities", "tokens_evaluated", "tokens_predicted", "truncated"};
  const auto fields = pick(root, names, "the answer");
  if (!fields) return std::unexpected(fields.error());
  const auto& [places, evaluated, predicted, truncated] = *fields;
  bool was_cut = false;
  if (truncated && truncated->get(was_cut) == simdjson::SUCCESS && was_cut) {
    return std::unexpected(make_failure(FailureClass::truncated_echo, "the prompt was cut"));
  }
  const auto count = integer_of(evaluated);
  if (count && *count != static_cast<std::int64_t>(sent)) {
    return std::unexpected(make_failure(
        FailureClass::truncated_echo, fmt::format("{} ids were sent, {} were read", sent, *count)));
  }
  simdjson::dom::array list;
  if (!places || places->get(list) != simdjson::SUCCESS || list.size() != 1) {
    return std::unexpected(make_failure(FailureClass::missing_logprob,
                                        "the answer has not exactly one token with its log-prob"));
  }
  Step step{.place = list.at(0).value_unsafe(), .usage = {}};
  if (count) step.usage.input = TokenCount{*count};
  if (const auto made = integer_of(predicted); made && *made >= 0) {
    step.usage.output = TokenCount{*made};
  }
  return step;
}

std::expected<double, Failure> read_place(Json place, std::int64_t wanted) {
  const auto fields =
      pick(place, std::array<std::string_view, 2>{"id", "logprob"}, "completion_probabilities[0]");
  if (!fields) return std::unexpected(fields.error());
  const auto& [id, value] = *fields;
  if (integer_of(id) != wanted) {
    return std::unexpected(make_failure(FailureClass::echo_mismatch,
                                        fmt::format("token {} was forced, another came", wanted)));
  }
  const LogProbEntry entry = value ? entry_of(*value) : LogProbEntry{};
  if (entry.kind == LogProbEntry::Kind::null) {
    return std::unexpected(make_failure(FailureClass::missing_logprob, "the token has no value"));
  }
  const bool is_number = entry.kind == LogProbEntry::Kind::number && entry.nats > sentinel_nats;
  const auto nats = LogProb::from_nats(entry.nats);
  if (is_number && nats) return entry.nats;
  return std::unexpected(make_failure(FailureClass::invalid_logprob,
                                      fmt::format("the token's value is {}", entry.nats)));
}

}  // namespace

void append_forced_step(std::string& out, std::span<const std::int64_t> ids) {
  out += R"({"prompt":)";
  append_ids(out, ids.first(ids.size() - 1));
  // Far above any logit: whatever is drawn, it is this token.
  out += R"(,"n_predict":1,"logit_bias":[[)";
  append_json_number(out, ids.back());
  out += R"(,1000]],"n_probs":1,"temperature":1,"top_k":0,"top_p":1,"min_p":0,)"
         R"("cache_prompt":true,"stream":false})";
}

ForcedStep read_forced_step(const AnswerView& answer,
                            std::span<const std::int64_t> ids,
                            Scratch& scratch) {
  ForcedStep read{.nats = 0.0, .usage = {}, .observation = observe(answer.status, *answer.headers)};
  const auto root = open_answer(answer, {}, scratch.parts().parser);
  if (!root) {
    read.nats = std::unexpected(root.error().failure);
    read.observation = root.error().observation;
    return read;
  }
  const auto step = read_frame(*root, ids.size() - 1);
  if (!step) {
    read.nats = std::unexpected(step.error());
    return read;
  }
  read.usage = step->usage;
  read.nats = read_place(step->place, ids.back());
  return read;
}

}  // namespace assay::wire
