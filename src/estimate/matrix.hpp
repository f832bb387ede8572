#pragma once

// What estimation works on: rows, policies, and for each pair a log-probability or the reason why
// there is none. Built by matrix_builder.hpp; knows neither file format nor journal.

#include "assay/failure.hpp"
#include "assay/outcome.hpp"
#include "estimate/column.hpp"
#include "estimate/figure.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace assay::estimate {

// Why a cell is empty.
struct Missing {
  enum class Why : std::uint8_t {
    not_given,      // a recorded value that the data set lacks or holds as null
    not_attempted,  // the run ended before its turn
    failed,         // `cls` says how
    not_accepted,   // there is a value, of a grade or method that estimation does not take
  };
  Why why = Why::not_given;
  std::optional<FailureClass> cls = {};  // when failed
  friend bool operator==(const Missing&, const Missing&) = default;
};
[[nodiscard]] std::string_view name_of(Missing::Why why);

// "not_given", "not_attempted", "not_accepted", or the failure class.
[[nodiscard]] std::string_view label_of(const Missing& missing);

// The log-probabilities of all rows under one policy.
class ScoreColumn {
 public:
  explicit ScoreColumn(std::string policy) : policy_(std::move(policy)) {}

  void push_back(double nats);
  void push_back(Missing missing);

  // Another value of a row that holds one: it was scored again. The first one stays its value.
  void add_replicate(std::size_t row, double nats);

  // What rows scored more than once say of the noise of a single value: pooled variance within
  // rows, divisor (values - rows). Undefined without such rows.
  struct Repeated {
    std::size_t rows = 0;
    Figure variance = {};  // nats squared
  };
  [[nodiscard]] Repeated repeated() const;

  [[nodiscard]] const std::string& policy() const { return policy_; }
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] std::size_t count() const { return count_; }  // rows that hold a value
  [[nodiscard]] bool has(std::size_t row) const { return cells_[row] == present; }
  [[nodiscard]] std::optional<double> nats(std::size_t row) const {
    if (!has(row)) return std::nullopt;
    return nats_[row];
  }
  [[nodiscard]] std::optional<Missing> missing(std::size_t row) const;

  // Rows without a value, by label_of.
  [[nodiscard]] std::map<std::string, std::size_t> missing_by_label() const;

  std::optional<Method>
      method;  // how its values were obtained; one per policy; none without values

 private:
  static constexpr std::uint8_t present = 0xFF;
  std::string policy_ = {};
  std::vector<double> nats_ = {};
  std::vector<std::uint8_t> cells_ = {};  // `present`, or a Missing in one byte
  std::size_t count_ = 0;
  struct Repeats {
    std::size_t values = 0;
    double mean = 0;
    double squares = 0;  // squared deviations from the mean
  };
  std::unordered_map<std::size_t, Repeats> repeats_ = {};  // by row
};

// Names of prompts, each held once; a row refers to its prompt by number. About 20 bytes a name
// besides its own, because a run may have millions.
class PromptPool {
 public:
  using Index = std::uint32_t;
  Index intern(std::string_view id);
  [[nodiscard]] std::optional<Index> find(std::string_view id) const;
  // Valid until the next intern().
  [[nodiscard]] std::string_view name(Index prompt) const;
  [[nodiscard]] std::size_t size() const { return ends_.size(); }

 private:
  static constexpr Index empty = 0xFFFFFFFF;
  // The slot of `id`, or the empty one where it would go; there is always one.
  [[nodiscard]] std::size_t slot_of(std::string_view id) const;
  void grow();

  std::string text_ = {};                 // all names, one after another
  std::vector<std::uint64_t> ends_ = {};  // of each name in text_
  std::vector<Index> slots_ = {};         // open addressing, at most half full; a power of two
};

// What is known of each response besides its log-probabilities.
struct ResponseTable {
  std::vector<PromptPool::Index> prompt = {};
  std::vector<std::uint32_t> draw = {};
  std::vector<std::uint32_t> chars = {};  // Unicode code points
  NumberColumn tokens;                    // as the data set counts them
  NumberColumn judge;
  NumberColumn label;
  [[nodiscard]] std::size_t size() const { return prompt.size(); }
};

// The judge scores of the rows that have one, in their order.
[[nodiscard]] std::vector<double> judge_scores(const ResponseTable& rows);

// Responses drawn from one policy: to be judged, not weighted.
struct Draws {
  std::string policy = {};
  ResponseTable responses;
};

enum class Provenance : std::uint8_t {
  measured,  // proved by this program, from a journal
  recorded,  // found in the user's data, taken on trust
};
[[nodiscard]] std::string_view name_of(Provenance provenance);

struct Matrix {
  Provenance provenance = Provenance::recorded;
  PromptPool prompts;
  ResponseTable logged;      // responses of the logging policy
  ScoreColumn base{"base"};  // of the logging policy; one cell per logged row
  std::vector<ScoreColumn> targets = {};
  std::vector<Draws> fresh = {};       // of the targets and perhaps the base; sorted by policy
  std::vector<Draws> probes = {};      // labelled draws for the transport audit; sorted by policy
  std::size_t recorded_zeros = 0;      // recorded values that are exactly 0: suspicious
  std::size_t recorded_stand_ins = 0;  // that are exactly -50 or -100: the same
  std::size_t recorded_set_aside = 0;  // recorded values beside measured ones: not used
  std::vector<std::string> mixed_methods = {};  // policies of which values were set aside for this

  [[nodiscard]] std::size_t rows() const { return logged.size(); }
  [[nodiscard]] const Draws* fresh_of(std::string_view policy) const;
  [[nodiscard]] const Draws* probe_of(std::string_view policy) const;
};

}  // namespace assay::estimate
