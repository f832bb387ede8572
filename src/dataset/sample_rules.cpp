#include "dataset/sample_rules.hpp"

#include "dataset/sha256.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace assay::dataset {
namespace {

// What every format but lm-eval reads.
Read<Sample> common_sample(const Fields& fields, const RowContext& context) {
  Sample sample;
  sample.source = context.file.source;
  if (auto read = read_texts(fields, context, sample); !read) return std::unexpected(read.error());
  if (auto read = read_scores(fields, context, sample); !read) return std::unexpected(read.error());
  if (auto read = read_recorded(fields, sample); !read) return std::unexpected(read.error());
  const auto draw = fields.get(Field::draw_idx);
  if (!draw) return sample;
  const auto index = read_count("draw_idx", *draw, std::numeric_limits<std::uint32_t>::max());
  if (!index) return std::unexpected(index.error());
  sample.draw_idx = static_cast<std::uint32_t>(*index);
  return sample;
}

// Whose draw a row is: its file says so, or the row does, and they agree.
Read<std::string> draw_source(const Fields& fields, const RowContext& context) {
  const auto target = fields.get(Field::target_policy);
  if (!target) return context.file.source;
  const auto policy = read_text("target_policy", *target);
  if (!policy) return std::unexpected(policy.error());
  if (context.file.policy.empty()) return fmt::format("{}/{}", context.file.source, *policy);
  if (*policy == context.file.policy) return context.file.source;
  return std::unexpected(
      fmt::format("target_policy is '{}' in a file of '{}': move the row to its policy's file",
                  *policy,
                  context.file.policy));
}

std::string lm_eval_id(const std::string& doc, std::size_t index) {
  return fmt::format("{}/{}", doc, index);
}

Read<Sample> lm_eval_sample(std::string_view name,
                            Json context_text,
                            Json continuation,
                            const RowContext& context) {
  Sample sample;
  sample.source = context.file.source;
  auto prompt = read_text(fmt::format("{}[0]", name), context_text);
  if (!prompt) return std::unexpected(prompt.error());
  if (!continuation.is_string()) {
    return std::unexpected(
        fmt::format("{}[1] is no text: a generation task has no continuation to score", name));
  }
  auto response = read_text(fmt::format("{}[1]", name), continuation);
  if (!response) return std::unexpected(response.error());
  sample.prompt = std::move(*prompt);
  sample.response = std::move(*response);
  return sample;
}

// [context, continuation]
Read<Sample> pair_sample(std::string_view name, Json pair, const RowContext& context) {
  simdjson::dom::array array;
  Json first;
  Json second;
  if (pair.get(array) != simdjson::SUCCESS || array.size() != 2 ||
      array.at(0).get(first) != simdjson::SUCCESS || array.at(1).get(second) != simdjson::SUCCESS) {
    return std::unexpected(fmt::format("{} must be a pair of context and continuation", name));
  }
  return lm_eval_sample(name, first, second, context);
}

// {"arg_0": context, "arg_1": continuation}, as newer versions write it.
Read<Sample> named_sample(std::string_view name, Json pair, const RowContext& context) {
  simdjson::dom::object object;
  Json first;
  Json second;
  if (pair.get(object) != simdjson::SUCCESS || object["arg_0"].get(first) != simdjson::SUCCESS ||
      object["arg_1"].get(second) != simdjson::SUCCESS) {
    return std::unexpected(
        fmt::format("{} must hold arg_0 (context) and arg_1 (continuation)", name));
  }
  return lm_eval_sample(name, first, second, context);
}

}  // namespace

Read<Sample> plain_sample(const Fields& fields, const RowContext& context) {
  auto sample = common_sample(fields, context);
  if (!sample) return sample;
  const auto id = fields.get(Field::id);
  if (!id) {
    sample->id = content_id(*sample);
    return sample;
  }
  auto text = read_id("id", *id);
  if (!text) return std::unexpected(text.error());
  sample->id = std::move(*text);
  return sample;
}

Read<Sample> logged_sample(const Fields& fields, const RowContext& context) {
  auto sample = common_sample(fields, context);
  if (!sample) return sample;
  auto id = read_prompt_id(fields);
  if (!id) return std::unexpected(id.error());
  if (*id) {
    sample->id = std::move(**id);
  } else if (sample->messages.empty()) {
    sample->id = "prompt_" + sha256_hex(sample->prompt).substr(0, 12);
  } else {
    sample->id = fmt::format("sample_{:06}", context.index);
  }
  return sample;
}

Read<Sample> draw_sample(const Fields& fields, const RowContext& context) {
  auto sample = common_sample(fields, context);
  if (!sample) return sample;
  auto id = read_prompt_id(fields);
  if (!id) return std::unexpected(id.error());
  if (!*id)
    return std::unexpected("prompt_id is missing: add the id of the prompt that was drawn for");
  sample->id = std::move(**id);
  auto source = draw_source(fields, context);
  if (!source) return std::unexpected(source.error());
  sample->source = std::move(*source);
  return sample;
}

Read<Sample> logprob_sample(const Fields& fields, const RowContext& context) {
  auto sample = common_sample(fields, context);
  if (!sample) return sample;
  auto id = read_prompt_id(fields);
  if (!id) return std::unexpected(id.error());
  if (!*id) return std::unexpected("prompt_id is missing: add the id of the prompt");
  sample->id = std::move(**id);
  std::string policy = context.file.policy;
  if (const auto model = fields.get(Field::eval_model); policy.empty() && model) {
    auto name = read_text("eval_model", *model);
    if (!name) return std::unexpected(name.error());
    policy = std::move(*name);
  }
  if (policy.empty())
    return std::unexpected(
        "eval_model is missing: add it, or name the file <policy>_logprobs.jsonl");
  for (const Field field : {Field::logprob, Field::logp, Field::total_logprob}) {
    if (!fields.has(field)) continue;
    const auto value = fields.get(field);
    const auto log_prob =
        value ? read_log_prob(name_of(field), *value) : Read<std::optional<LogProb>>();
    if (!log_prob) return std::unexpected(log_prob.error());
    sample->recorded.target.insert_or_assign(policy, *log_prob);
    return sample;
  }
  return std::unexpected("logprob is missing: add the number, or null when there is none");
}

std::vector<LmEvalItem> lm_eval_samples(const Fields& fields, const RowContext& context) {
  const auto refused = [](std::string id, std::string reason) {
    return std::vector{LmEvalItem{std::move(id), std::unexpected(std::move(reason))}};
  };
  const auto doc = fields.get(Field::doc_id);
  if (!doc) return refused({}, "doc_id is missing: keep what lm-eval wrote");
  const auto id = read_id("doc_id", *doc);
  if (!id) return refused({}, id.error());
  const auto arguments = fields.get(Field::arguments);
  std::vector<LmEvalItem> items;
  const auto add = [&](Read<Sample> sample) {
    std::string item_id = lm_eval_id(*id, items.size());
    if (sample) sample->id = item_id;
    items.push_back({std::move(item_id), std::move(sample)});
  };
  simdjson::dom::array array;
  simdjson::dom::object object;
  if (arguments && arguments->get(array) == simdjson::SUCCESS) {
    for (const Json pair : array)
      add(pair_sample(fmt::format("arguments[{}]", items.size()), pair, context));
  } else if (arguments && arguments->get(object) == simdjson::SUCCESS) {
    for (const auto& [name, pair] : object)
      add(named_sample(fmt::format("arguments.{}", name), pair, context));
  }
  if (items.empty())
    return refused(
        *id,
        "arguments must hold pairs of context and continuation: run lm-eval with --log_samples");
  return items;
}

}  // namespace assay::dataset
