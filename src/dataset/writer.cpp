#include "dataset/writer.hpp"

#include "core/json_text.hpp"

namespace assay::dataset {
namespace {

void write_log_prob(JsonWriter& json, const std::optional<LogProb>& log_prob) {
  log_prob ? json.number(log_prob->nats()) : json.null();
}

void write_prompt(JsonWriter& json, const Sample& sample) {
  if (sample.messages.empty()) {
    json.key("prompt").string(sample.prompt);
    return;
  }
  json.key("messages").begin_array();
  for (const Message& message : sample.messages) {
    json.begin_object().key("role").string(message.role);
    json.key("content").string(message.content).end_object();
  }
  json.end_array();
}

void write_scores(JsonWriter& json, const Sample& sample) {
  if (sample.judge_score) json.key("judge_score").number(*sample.judge_score);
  if (sample.oracle_label) json.key("oracle_label").number(*sample.oracle_label);
  if (sample.reward) json.key("reward").number(*sample.reward);
  if (!sample.finish_reason.empty()) json.key("finish_reason").string(sample.finish_reason);
  if (!sample.response_token_count) return;
  json.key("metadata").begin_object();
  json.key("response_token_count").number(*sample.response_token_count).end_object();
}

}  // namespace

void append_logged_row(std::string& out, const Sample& sample, const JoinedLogProbs& values) {
  JsonWriter json(out);
  json.begin_object().key("prompt_id").string(sample.id);
  write_prompt(json, sample);
  json.key("response").string(sample.response);
  json.key("base_policy_logprob");
  write_log_prob(json, values.base);
  json.key("target_policy_logprobs").begin_object();
  for (const auto& [policy, log_prob] : values.target) {
    json.key(policy);
    write_log_prob(json, log_prob);
  }
  json.end_object();
  write_scores(json, sample);
  json.end_object();
  out += '\n';
}

}  // namespace assay::dataset
