#include "journal/record.hpp"

#include "assay/ensure.hpp"

#include <array>

namespace assay::journal {
namespace {

constexpr std::array<std::string_view, 4> detail_names{"minimal", "standard", "detailed", "debug"};
constexpr std::array<std::string_view, record_type_count> type_names{
    "run", "score", "text", "judgement", "lease", "settle", "note", "seal"};

std::size_t bytes_of(const Delivery& delivery) {
  return delivery.endpoint.size() + delivery.model.size();
}

std::size_t bytes_of(const std::vector<AttemptError>& errors) {
  std::size_t total = 0;
  for (const AttemptError& error : errors) {
    total += sizeof error + error.failure.reason.size() + error.endpoint.size();
  }
  return total;
}

// Of what the record holds outside its own struct.
struct OwnedBytes {
  std::size_t operator()(const RunRecord& record) const { return record.version.size(); }
  std::size_t operator()(const ScoreRecord& record) const {
    const Failure* failure = record.outcome.failure();
    return record.policy.size() + bytes_of(record.delivery) + bytes_of(record.errors) +
           record.tokens.logprobs.size() + record.tokens.texts.size() +
           record.tokens.offsets.size() + record.body.size() +
           (failure != nullptr ? failure->reason.size() : 0);
  }
  std::size_t operator()(const TextRecord& record) const {
    return record.policy.size() + bytes_of(record.delivery) + bytes_of(record.errors) +
           record.body.size() +
           (record.text ? record.text->size() : record.text.error().reason.size());
  }
  std::size_t operator()(const JudgementRecord& record) const {
    return record.policy.size() + record.judge.size() + bytes_of(record.delivery) +
           bytes_of(record.errors) + record.body.size();
  }
  std::size_t operator()(const LeaseRecord& record) const { return record.marks.account.size(); }
  std::size_t operator()(const SettleRecord& record) const { return record.marks.account.size(); }
  std::size_t operator()(const NoteRecord& record) const {
    return record.topic.size() + record.text.size();
  }
  std::size_t operator()(const SealRecord&) const { return 0; }
};

}  // namespace

std::string_view name_of(Detail detail) {
  return detail_names[static_cast<std::size_t>(detail)];
}

std::optional<Detail> detail_of(std::string_view name) {
  for (std::size_t i = 0; i < detail_names.size(); ++i) {
    if (detail_names[i] == name) return static_cast<Detail>(i);
  }
  return std::nullopt;
}

std::string_view type_name(std::size_t index) {
  ensure(index < record_type_count, "a record type has a name");
  return type_names[index];
}

std::string_view type_name(const Record& record) {
  return type_name(record.index());
}

std::size_t bytes_of(const Record& record) {
  return sizeof record + std::visit(OwnedBytes{}, record);
}

}  // namespace assay::journal
