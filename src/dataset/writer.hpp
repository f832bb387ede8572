#pragma once

#include "assay/sample.hpp"

#include <map>
#include <optional>
#include <string>

namespace assay::dataset {

// The log-probs to write beside a sample; nullopt is written as null: missing, never a number.
struct JoinedLogProbs {
  std::optional<LogProb> base;
  std::map<std::string, std::optional<LogProb>, std::less<>> target;
};

// Appends one line of CJE logged data (cje.md, 5.1) with its newline: prompt_id, prompt (or
// messages), response, base_policy_logprob, target_policy_logprobs, and the scores the sample has.
void append_logged_row(std::string& out, const Sample& sample, const JoinedLogProbs& values);

}  // namespace assay::dataset
