#pragma once

// What the fields of a row mean, one function per format. Reasons are for a BadRow.

#include "assay/sample.hpp"
#include "dataset/dataset.hpp"
#include "dataset/fields.hpp"

#include <cstdint>
#include <vector>

namespace assay::dataset {

struct RowContext {
  const DataFile& file;
  const ReadOptions& options;
  std::uint64_t index;  // of the row in its file, from 0
};

[[nodiscard]] Read<Sample> plain_sample(const Fields& fields, const RowContext& context);
[[nodiscard]] Read<Sample> logged_sample(const Fields& fields, const RowContext& context);
[[nodiscard]] Read<Sample> draw_sample(const Fields& fields, const RowContext& context);
[[nodiscard]] Read<Sample> logprob_sample(const Fields& fields, const RowContext& context);

// One sample per (context, continuation) pair. Errors of a pair stand in its place; of the row,
// alone.
struct LmEvalItem {
  std::string id;
  Read<Sample> sample;
};
[[nodiscard]] std::vector<LmEvalItem> lm_eval_samples(const Fields& fields,
                                                      const RowContext& context);

// The id to name a bad row by; empty when none can be read.
[[nodiscard]] std::string readable_id(const Fields& fields);

// Shared by the formats: prompt or messages, response, scores, recorded log-probs.
[[nodiscard]] Read<void> read_texts(const Fields& fields,
                                    const RowContext& context,
                                    Sample& sample);
[[nodiscard]] Read<void> read_scores(const Fields& fields,
                                     const RowContext& context,
                                     Sample& sample);
[[nodiscard]] Read<void> read_recorded(const Fields& fields, Sample& sample);

// prompt_id, or metadata.prompt_id; absent: nothing.
[[nodiscard]] Read<std::optional<std::string>> read_prompt_id(const Fields& fields);

// "sample_" and 16 hex digits of the row's texts: the same row has the same id wherever it stands.
[[nodiscard]] std::string content_id(const Sample& sample);

}  // namespace assay::dataset
