#pragma once

// The functions of the fault table; what each does stands in its row (fault_table.cpp).

#include "teacher/fault_table.hpp"

namespace assay::teacher::effect {

void nan_logprob(Completion&, Choice&, Rng&);
void infinite_logprob(Completion&, Choice&, Rng&);
void null_logprob(Completion&, Choice&, Rng&);
void positive_logprob(Completion&, Choice&, Rng&);
void sentinel_logprob(Completion&, Choice&, Rng&);
void string_logprob(Completion&, Choice&, Rng&);
void missing_logprobs(Completion&, Choice&, Rng&);
void short_logprobs(Completion&, Choice&, Rng&);
void echo_mismatch(Completion&, Choice&, Rng&);
void truncated_echo(Completion&, Choice&, Rng&);
void no_echo(Completion&, Choice&, Rng&);
void wrong_model(Completion&, Choice&, Rng&);
void wrong_index(Completion&, Choice&, Rng&);
void short_offsets(Completion&, Choice&, Rng&);
void no_usage(Completion&, Choice&, Rng&);
void wrong_usage(Completion&, Choice&, Rng&);
void no_choices(Completion&, Choice&, Rng&);

void malformed_json(HttpAnswer&, Rng&);
void truncated_json(HttpAnswer&, Rng&);
void trailing_json(HttpAnswer&, Rng&);
void invalid_utf8(HttpAnswer&, Rng&);
void empty_body(HttpAnswer&, Rng&);
void false_gzip(HttpAnswer&, Rng&);
void huge_header(HttpAnswer&, Rng&);

Script reset_before_answer(const HttpAnswer&, Rng&);
Script ghost_billing(const HttpAnswer&, Rng&);
Script reset_after_headers(const HttpAnswer&, Rng&);
Script reset_mid_body(const HttpAnswer&, Rng&);
Script close_before_answer(const HttpAnswer&, Rng&);
Script close_behind_answer(const HttpAnswer&, Rng&);
Script close_mid_body(const HttpAnswer&, Rng&);
Script stall(const HttpAnswer&, Rng&);
Script stall_mid_body(const HttpAnswer&, Rng&);
Script drip(const HttpAnswer&, Rng&);
Script late(const HttpAnswer&, Rng&);
Script continue_first(const HttpAnswer&, Rng&);
Script extra_bytes(const HttpAnswer&, Rng&);
Script second_answer(const HttpAnswer&, Rng&);
Script length_short(const HttpAnswer&, Rng&);
Script length_long(const HttpAnswer&, Rng&);
Script no_length(const HttpAnswer&, Rng&);
Script chunked(const HttpAnswer&, Rng&);
Script chunked_broken(const HttpAnswer&, Rng&);
Script not_http(const HttpAnswer&, Rng&);
Script go_away(const HttpAnswer&, Rng&);
Script drop(const HttpAnswer&, Rng&);
Script stall_windows(const HttpAnswer&, Rng&);

}  // namespace assay::teacher::effect
