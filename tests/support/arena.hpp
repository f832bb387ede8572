#pragma once

// The arena data as samples, for tests that estimate; read with a plain JSON parser, so that a
// mistake of the data-set room cannot hide in an expected figure.

#include "assay/sample.hpp"
#include "estimate/fold.hpp"
#include "estimate/matrix_builder.hpp"

#include <simdjson.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace assay::test {

struct Arena {
  std::vector<Sample> logged;
  std::map<std::string, std::vector<Sample>> fresh;
  std::map<std::string, std::vector<Sample>> probes;
};

inline std::optional<double> number_at(simdjson::dom::element row, const char* name) {
  double value = 0;
  if (row[name].get(value) == simdjson::SUCCESS) return value;
  if (row["metadata"][name].get(value) == simdjson::SUCCESS) return value;
  return std::nullopt;
}

inline std::string text_at(simdjson::dom::element row, const char* name) {
  std::string_view text;
  if (row[name].get(text) == simdjson::SUCCESS) return std::string(text);
  if (row["metadata"][name].get(text) == simdjson::SUCCESS) return std::string(text);
  return {};
}

inline std::optional<LogProb> log_prob_of(simdjson::dom::element value) {
  double nats = 0;
  if (value.get(nats) != simdjson::SUCCESS) return std::nullopt;
  return LogProb::from_nats(nats).value();
}

inline Sample arena_sample(simdjson::dom::element row) {
  Sample sample;
  sample.id = text_at(row, "prompt_id");
  sample.response = text_at(row, "response");
  sample.judge_score = number_at(row, "judge_score");
  sample.oracle_label = number_at(row, "oracle_label");
  simdjson::dom::element base;
  if (row["base_policy_logprob"].get(base) == simdjson::SUCCESS) {
    sample.recorded.base_given = true;
    sample.recorded.base = log_prob_of(base);
  }
  simdjson::dom::object targets;
  if (row["target_policy_logprobs"].get(targets) == simdjson::SUCCESS) {
    for (const auto field : targets) {
      sample.recorded.target.emplace(std::string(field.key), log_prob_of(field.value));
    }
  }
  return sample;
}

inline std::vector<Sample> read_arena_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  simdjson::dom::parser parser;
  std::vector<Sample> samples;
  for (std::string line; std::getline(file, line);) {
    samples.push_back(arena_sample(parser.parse(line)));
    samples.back().row = samples.size() - 1;
  }
  return samples;
}

inline std::map<std::string, std::vector<Sample>> read_arena_folder(
    const std::filesystem::path& folder, const std::string& ending) {
  std::map<std::string, std::vector<Sample>> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) {
      all[name.substr(0, name.size() - ending.size())] = read_arena_file(entry.path());
    }
  }
  return all;
}

// `folder` is shared/data/arena.
inline Arena read_arena(const std::filesystem::path& folder) {
  return {read_arena_file(folder / "logged_data.jsonl"),
          read_arena_folder(folder / "fresh_draws", "_responses.jsonl"),
          read_arena_folder(folder / "probe_slice", "_probe.jsonl")};
}

// The rows of a variant of the reference file: arena1000, arena_missing, arena_labelled_only.
inline Arena variant_of(Arena arena, const std::string& name) {
  if (name == "arena_missing") {
    for (Sample& sample : arena.logged) {
      if (estimate::fold_of(sample.id, 20, 3) == 0) sample.recorded.base.reset();
      if (estimate::fold_of(sample.id, 20, 5) == 0) sample.recorded.target["unhelpful"].reset();
    }
  }
  if (name == "arena_labelled_only") {
    std::erase_if(arena.logged, [](const Sample& sample) { return !sample.oracle_label; });
  }
  return arena;
}

inline estimate::Matrix matrix_of(const Arena& arena) {
  estimate::RecordedBuilder builder;
  for (const Sample& sample : arena.logged) builder.add_logged(sample);
  for (const auto& [policy, samples] : arena.fresh) {
    for (const Sample& sample : samples) builder.add_fresh(policy, sample);
  }
  for (const auto& [policy, samples] : arena.probes) {
    for (const Sample& sample : samples) builder.add_probe(policy, sample);
  }
  return std::move(builder).finish();
}

}  // namespace assay::test
