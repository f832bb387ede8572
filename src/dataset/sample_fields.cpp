// The fields that formats share.

#include "assay/content_key.hpp"
#include "dataset/sample_rules.hpp"

#include <fmt/format.h>

namespace assay::dataset {
namespace {

Read<Fields> metadata_of(const Fields& fields) {
  const auto value = fields.get(Field::metadata);
  if (!value) return Fields();
  simdjson::dom::object object;
  if (value->get(object) != simdjson::SUCCESS) return std::unexpected("metadata must be an object");
  const auto inner = Fields::of(object);
  if (!inner) return std::unexpected("metadata: " + inner.error());
  return *inner;
}

// The field itself, or the one of that name in `metadata` as older files have it.
struct Found {
  std::optional<Json> value;
  std::string name;
};
Found find(const Fields& fields, const Fields& metadata, Field field) {
  if (fields.has(field)) return {fields.get(field), std::string(name_of(field))};
  return {metadata.get(field), fmt::format("metadata.{}", name_of(field))};
}

Read<std::optional<double>> read_score(const Found& found, const ReadOptions& options) {
  if (!found.value) return std::optional<double>();
  const auto number = read_number(found.name, *found.value);
  if (!number) return std::unexpected(number.error());
  const auto& range = options.score_range;
  if (range && (*number < range->low || *number > range->high)) {
    return std::unexpected(fmt::format("{} {} is outside {}..{}: normalise it or declare its range",
                                       found.name,
                                       *number,
                                       range->low,
                                       range->high));
  }
  return std::optional(*number);
}

// A number, or an object that holds it as `mean` or `value`.
Read<std::optional<double>> read_reward(Found found, const ReadOptions& options) {
  simdjson::dom::object object;
  if (!found.value || found.value->get(object) != simdjson::SUCCESS)
    return read_score(found, options);
  for (const std::string_view name : {"mean", "value"}) {
    Json inner;
    if (object[name].get(inner) != simdjson::SUCCESS) continue;
    return read_score({inner, fmt::format("{}.{}", found.name, name)}, options);
  }
  return std::unexpected(
      fmt::format("{} must be a number, or an object with mean or value", found.name));
}

Read<Message> read_message(std::string_view name, Json value) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return std::unexpected(fmt::format("{} must be an object with role and content", name));
  Message message;
  bool has_role = false;
  bool has_content = false;
  for (const auto& [key, member] : object) {
    bool* const seen = key == "role" ? &has_role : key == "content" ? &has_content : nullptr;
    if (seen == nullptr) continue;
    if (*seen) return std::unexpected(fmt::format("{}.{} stands twice: keep one", name, key));
    *seen = true;
    auto text = read_text(fmt::format("{}.{}", name, key), member);
    if (!text) return std::unexpected(text.error());
    (key == "role" ? message.role : message.content) = std::move(*text);
  }
  if (!has_role || !has_content)
    return std::unexpected(fmt::format("{} must have role and content", name));
  if (message.role.empty())
    return std::unexpected(fmt::format("{}.role is empty: write user, assistant or system", name));
  return message;
}

Read<std::vector<Message>> read_messages(Json value) {
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS)
    return std::unexpected("messages must be a list of objects with role and content");
  std::vector<Message> messages;
  for (const Json item : array) {
    auto message = read_message(fmt::format("messages[{}]", messages.size()), item);
    if (!message) return std::unexpected(message.error());
    messages.push_back(std::move(*message));
  }
  if (messages.empty()) return std::unexpected("messages is empty: add at least one");
  return messages;
}

Read<void> read_prompt(const Fields& fields, bool required, Sample& sample) {
  const auto prompt = fields.get(Field::prompt);
  const auto messages = fields.get(Field::messages);
  if (prompt && messages) return std::unexpected("prompt and messages are both given: keep one");
  if (messages) {
    auto read = read_messages(*messages);
    if (!read) return std::unexpected(read.error());
    sample.messages = std::move(*read);
    return {};
  }
  if (!prompt) {
    if (!required) return {};
    return std::unexpected("prompt is missing: add the text that was answered, or messages");
  }
  if (prompt->is_array()) return std::unexpected("prompt is a list: name it messages");
  auto text = read_text("prompt", *prompt);
  if (!text) return std::unexpected(text.error());
  sample.prompt = std::move(*text);
  return {};
}

}  // namespace

Read<void> read_texts(const Fields& fields, const RowContext& context, Sample& sample) {
  const bool required =
      context.options.use == Use::score || context.file.format != Format::cje_draws;
  if (auto read = read_prompt(fields, required, sample); !read) return read;
  const auto response = fields.get(Field::response);
  if (!response) {
    if (!required) return {};
    return std::unexpected("response is missing: add the text to be scored");
  }
  auto text = read_text("response", *response);
  if (!text) return std::unexpected(text.error());
  sample.response = std::move(*text);
  const auto metadata = metadata_of(fields);
  if (!metadata) return std::unexpected(metadata.error());
  const Found reason = find(fields, *metadata, Field::finish_reason);
  // Only scoring an end of turn asks for it: anything but a text is as good as none.
  if (!reason.value || !reason.value->is_string()) return {};
  auto word = read_text(reason.name, *reason.value);
  if (!word) return std::unexpected(word.error());
  sample.finish_reason = std::move(*word);
  return {};
}

Read<void> read_scores(const Fields& fields, const RowContext& context, Sample& sample) {
  const auto metadata = metadata_of(fields);
  if (!metadata) return std::unexpected(metadata.error());
  const auto judge = read_score(find(fields, *metadata, Field::judge_score), context.options);
  if (!judge) return std::unexpected(judge.error());
  ReadOptions of_labels = context.options;
  // Calibration ends at 0 and 1: labels on another scale would give a number, and a wrong one.
  if (of_labels.use == Use::estimate && !of_labels.score_range)
    of_labels.score_range = ScoreRange{0.0, 1.0};
  const auto label = read_score(find(fields, *metadata, Field::oracle_label), of_labels);
  if (!label) return std::unexpected(label.error());
  const auto reward = read_reward(find(fields, *metadata, Field::reward), context.options);
  if (!reward) return std::unexpected(reward.error());
  sample.judge_score = *judge;
  sample.oracle_label = *label;
  sample.reward = *reward;
  const Found tokens = find(fields, *metadata, Field::response_token_count);
  if (!tokens.value) return {};
  const auto count = read_count(tokens.name, *tokens.value, std::int64_t{1} << 40);
  if (!count) return std::unexpected(count.error());
  sample.response_token_count = *count;
  return {};
}

Read<void> read_recorded(const Fields& fields, Sample& sample) {
  if (fields.has(Field::base_policy_logprob)) {
    const auto base = fields.get(Field::base_policy_logprob);
    sample.recorded.base_given = true;
    if (base) {
      const auto log_prob = read_log_prob("base_policy_logprob", *base);
      if (!log_prob) return std::unexpected(log_prob.error());
      sample.recorded.base = *log_prob;
    }
  }
  const auto target = fields.get(Field::target_policy_logprobs);
  if (!target) return {};
  simdjson::dom::object policies;
  if (target->get(policies) != simdjson::SUCCESS) {
    return std::unexpected(
        "target_policy_logprobs must be an object from policy to number or null");
  }
  for (const auto& [policy, value] : policies) {
    const std::string name = fmt::format("target_policy_logprobs.{}", policy);
    const auto log_prob = read_log_prob(name, value);
    if (!log_prob) return std::unexpected(log_prob.error());
    if (!sample.recorded.target.emplace(policy, *log_prob).second) {
      return std::unexpected(fmt::format("{} stands twice: keep one", name));
    }
  }
  return {};
}

Read<std::optional<std::string>> read_prompt_id(const Fields& fields) {
  const auto metadata = metadata_of(fields);
  if (!metadata) return std::unexpected(metadata.error());
  const bool on_top = fields.get(Field::prompt_id).has_value();
  const auto value = on_top ? fields.get(Field::prompt_id) : metadata->get(Field::prompt_id);
  if (!value) return std::optional<std::string>();
  auto id = read_id(on_top ? "prompt_id" : "metadata.prompt_id", *value);
  if (!id) return std::unexpected(id.error());
  return std::optional(std::move(*id));
}

std::string content_id(const Sample& sample) {
  std::string text;
  const auto append = [&text](std::string_view field) {
    text += fmt::format("{}:", field.size());
    text += field;
  };
  append(sample.prompt);
  for (const Message& message : sample.messages) {
    append(message.role);
    append(message.content);
  }
  append(sample.response);
  return "sample_" + to_hex(digest_of(text)).substr(0, 16);
}

std::string readable_id(const Fields& fields) {
  for (const Field field : {Field::id, Field::prompt_id, Field::doc_id}) {
    const auto value = fields.get(field);
    if (!value) continue;
    if (auto id = read_id(name_of(field), *value)) return *id;
  }
  auto id = read_prompt_id(fields);
  return id && *id ? **id : std::string();
}

}  // namespace assay::dataset
