#pragma once

// The functions of the lie table that must know more than the answer; what each does stands in its
// row (lie_table.cpp). Those that need not are in fault_effects.hpp.

#include "teacher/answer.hpp"
#include "teacher/scene.hpp"

namespace assay::teacher::lie {

// Values (value_lies.cpp, context_lies.cpp).
void shifted_logprobs(Completion&, Choice&, const Scene&);
void zero_logprobs(Completion&, Choice&, const Scene&);
void constant_logprobs(Completion&, Choice&, const Scene&);
void null_logprobs(Completion&, Choice&, const Scene&);
void floored_logprobs(Completion&, Choice&, const Scene&);
void noise(Completion&, Choice&, const Scene&);
void growing_noise(Completion&, Choice&, const Scene&);
void drift(Completion&, Choice&, const Scene&);
void batch_dependence(Completion&, Choice&, const Scene&);
void concurrency_dependence(Completion&, Choice&, const Scene&);
void suffix_dependence(Completion&, Choice&, const Scene&);
void top_k_dependence(Completion&, Choice&, const Scene&);
void max_tokens_dependence(Completion&, Choice&, const Scene&);
void top_mass(Completion&, Choice&, const Scene&);
void top_mismatch(Completion&, Choice&, const Scene&);
void temperature_scaling(Completion&, Choice&, const Scene&);
void top_p_scaling(Completion&, Choice&, const Scene&);
void other_weights(Completion&, Choice&, const Scene&);
void prefix_cache(Completion&, Choice&, const Scene&);
void greedy_mismatch(Completion&, Choice&, const Scene&);

// What was read and what is shown of it (text_lies.cpp).
void truncate_left(Completion&, Choice&, const Scene&);
void truncate_right(Completion&, Choice&, const Scene&);
void double_bos(Completion&, Choice&, const Scene&);
void special_text(Completion&, Choice&, const Scene&);
void crlf_normalised(Completion&, Choice&, const Scene&);
void leading_space_stripped(Completion&, Choice&, const Scene&);
void straddling_tokens(Completion&, Choice&, const Scene&);
void generated_only(Completion&, Choice&, const Scene&);
void wrong_offsets(Completion&, Choice&, const Scene&);
void negative_offsets(Completion&, Choice&, const Scene&);
void byte_offsets(Completion&, Choice&, const Scene&);

// Choices and usage (choice_lies.cpp).
void duplicate_choices(Completion&, Choice&, const Scene&);
void copied_choices(Completion&, Choice&, const Scene&);
void swapped_choices(Completion&, Choice&, const Scene&);
void unordered_choices(Completion&, Choice&, const Scene&);
void null_usage(Completion&, Choice&, const Scene&);
void zero_usage(Completion&, Choice&, const Scene&);
void negative_usage(Completion&, Choice&, const Scene&);
void absurd_usage(Completion&, Choice&, const Scene&);
void over_usage(Completion&, Choice&, const Scene&);

}  // namespace assay::teacher::lie
