#include "teacher/fault_effects.hpp"
#include "teacher/fault_table.hpp"
#include "teacher/lie.hpp"

namespace assay::teacher {

namespace {

using namespace effect;
using namespace lie;

const FaultRow values[] = {
    {"nan-logprob", "one log-prob is the bare word NaN", nan_logprob},
    {"infinite-logprob", "one log-prob is the bare word -Infinity", infinite_logprob},
    {"null-logprob", "one log-prob in the middle is null", null_logprob},
    {"positive-logprob", "one log-prob is 0.25", positive_logprob},
    {"sentinel-logprob", "one log-prob is -9999.0", sentinel_logprob},
    {"string-logprob", "one log-prob is the string None", string_logprob},
    {"null-logprobs", "every log-prob is null", null_logprobs},
    {"zero-logprobs", "every log-prob is 0", zero_logprobs},
    {"constant-logprobs", "every log-prob is minus the amount", constant_logprobs, 1},
    {"floored-logprobs", "-9999.0 for all that is below minus the amount", floored_logprobs, 5},
    {"shifted-logprobs", "each token has the value of the next one", shifted_logprobs},
    {"other-weights", "another model's values under the right name", other_weights},
    {"temperature-scaling", "values follow the request's temperature", temperature_scaling},
    {"top-p-scaling", "values follow the request's top_p", top_p_scaling},
    {"noise", "each value moves by a Gaussian of this sigma, anew each time", noise, 0.02},
    {"growing-noise", "the same, sigma times the token's position", growing_noise, 0.002},
    {"drift", "values are 2 % larger after this many requests", drift, 200},
    {"prefix-cache", "after a beginning asked before, that beginning is forgotten", prefix_cache},
    {"batch-dependence", "0.01 nats less for each further prompt in the array", batch_dependence},
    {"concurrency-dependence",
     "0.01 nats less for each other request in flight (needs --latency)",
     concurrency_dependence},
    {"suffix-dependence", "values depend on what follows", suffix_dependence},
    {"top-k-dependence", "0.01 nats less for each alternative asked for", top_k_dependence},
    {"max-tokens-dependence", "0.01 nats less for each of max_tokens", max_tokens_dependence},
    {"top-mass", "the likeliest tokens' probabilities add up to more than 1", top_mass},
    {"top-mismatch", "the chosen token's entry in top_logprobs is 0.5 less", top_mismatch},
    {"greedy-mismatch", "at temperature 0 the second likeliest is made first", greedy_mismatch},
};

const FaultRow texts[] = {
    {"missing-logprobs", "logprobs is null", missing_logprobs},
    {"short-logprobs", "token_logprobs is one entry short", short_logprobs},
    {"generated-only", "the columns hold only what was generated", generated_only},
    {"echo-mismatch", "one byte of the echo is another", echo_mismatch},
    {"truncated-echo", "the last third of the echo is missing, usage agrees", truncated_echo},
    {"no-echo", "text and tokens are empty", no_echo},
    {"truncate-left", "only the end of a long prompt is read (0: --context)", truncate_left, 0},
    {"truncate-right", "only the start of a long prompt is read (0: --context)", truncate_right, 0},
    {"double-bos", "two <|endoftext|> stand before the prompt", double_bos},
    {"special-text", "the text of special tokens vanishes", special_text},
    {"crlf-normalised", "\\r\\n is read as \\n", crlf_normalised},
    {"leading-space-stripped", "spaces before the prompt are not read", leading_space_stripped},
    {"straddling-tokens", "pairs of tokens are shown as one, values added", straddling_tokens},
    {"short-offsets", "text_offset is one entry short", short_offsets},
    {"wrong-offsets", "text_offset is one too many from the middle on", wrong_offsets},
    {"negative-offsets", "every text_offset is -1", negative_offsets},
    {"byte-offsets", "text_offset counts bytes, not code points", byte_offsets},
};

const FaultRow choices[] = {
    {"wrong-model", "another model's name and fingerprint", wrong_model},
    {"wrong-index", "the choice's index is out of range", wrong_index},
    {"no-choices", "choices is empty", no_choices},
    {"duplicate-choices", "the choice comes twice, with the same index", duplicate_choices},
    {"copied-choices", "the next choice's content under this one's index", copied_choices},
    {"swapped-choices", "this choice and the next have each other's content", swapped_choices},
    {"unordered-choices",
     "the choices come last first, each with its right index",
     unordered_choices},
    {"no-usage", "usage is absent", no_usage},
    {"null-usage", "usage is null", null_usage},
    {"zero-usage", "usage counts nothing", zero_usage},
    {"negative-usage", "usage counts less than nothing", negative_usage},
    {"wrong-usage", "usage counts seven prompt tokens more", wrong_usage},
    {"over-usage", "usage counts more tokens than the prompt has bytes", over_usage},
    {"absurd-usage", "usage counts 9,000,000,000,000,000 prompt tokens", absurd_usage},
};

}  // namespace

std::span<const FaultGroup> lie_groups() {
  static const FaultGroup groups[] = {
      {"Lies about values (billed)", values},
      {"Lies about text and tokens (billed)", texts},
      {"Lies about choices and usage (billed; the ledger keeps the truth)", choices},
  };
  return groups;
}

}  // namespace assay::teacher
