#include "assay/ensure.hpp"
#include "core/json_in_place.hpp"
#include "core/json_text.hpp"
#include "journal/base64.hpp"
#include "journal/chain.hpp"
#include "journal/codec.hpp"
#include "journal/raw_array.hpp"

#include <chrono>
#include <cmath>

namespace assay::journal {
namespace {

std::string hex64(std::uint64_t value) {
  std::string digits;
  append_hex64(digits, value);
  return digits;
}

// One record being written as fields of an object that LineWriter opens and closes.
class Fields {
 public:
  Fields(std::string& out, Detail detail) : out_(out), json_(out), detail_(detail) {}

  void operator()(const RunRecord& record);
  void operator()(const ScoreRecord& record);
  void operator()(const TextRecord& record);
  void operator()(const JudgementRecord& record);
  void operator()(const LeaseRecord& record) { marks("lease", record.marks); }
  void operator()(const SettleRecord& record) { marks("settle", record.marks); }
  void operator()(const NoteRecord& record);
  void operator()(const SealRecord& record);

 private:
  [[nodiscard]] bool keeps(Detail level) const { return detail_ >= level; }
  void identity(std::string_view type,
                const ContentKey& key,
                std::uint64_t row,
                const std::string& policy);
  void proof(const Score& score);
  void failure(const Failure& failure);
  void delivery(const Delivery& delivery);
  void latency(const std::optional<Duration>& latency);
  void errors(const std::vector<AttemptError>& errors);
  void raw_array(std::string_view name, std::string_view text);
  void body(const std::string& bytes);
  void marks(std::string_view type, const BudgetMarks& marks);
  void point(std::string_view name, const BudgetPoint& point);
  void cap(const BudgetCap& cap);
  void count_unless_zero(std::string_view name, std::int64_t value) {
    if (value != 0) json_.key(name).number(value);
  }
  void time(WallTime time) {
    json_.key("time_ms").number(static_cast<std::int64_t>(time.time_since_epoch().count()));
  }

  std::string& out_;
  JsonWriter json_;
  Detail detail_;
};

void Fields::identity(std::string_view type,
                      const ContentKey& key,
                      std::uint64_t row,
                      const std::string& policy) {
  json_.key("type").string(type).key("key").string(to_hex(key));
  json_.key("row").number(row).key("policy").string(policy);
}

void Fields::operator()(const RunRecord& record) {
  json_.key("type").string("run").key("format").string("assay-journal-1");
  json_.key("run").string(to_hex(record.run)).key("segment").number(record.segment);
  json_.key("config").string(to_hex(record.config_digest));
  json_.key("data").string(to_hex(record.data_digest));
  json_.key("previous");
  if (record.previous) {
    json_.begin_object().key("segment").number(record.previous->segment);
    json_.key("bytes").number(record.previous->bytes);
    json_.key("sum").string(hex64(record.previous->sum)).end_object();
  } else {
    json_.null();
  }
  json_.key("version").string(record.version);
  time(record.time);
}

void Fields::operator()(const ScoreRecord& record) {
  identity("score", record.key, record.row, record.policy);
  json_.key("purpose").string(name_of(record.purpose));
  if (const Score* score = record.outcome.score()) {
    ensure(score->certificate.method() == record.method, "a record's method is its certificate's");
    proof(*score);
  } else {
    json_.key("status").string("failed").key("logprob").null().key("tokens").null();
    json_.key("method").string(name_of(record.method)).key("grade").null();
    failure(*record.outcome.failure());
  }
  delivery(record.delivery);
  if (keeps(Detail::detailed)) {
    raw_array("token_logprobs", record.tokens.logprobs);
    raw_array("token_texts", record.tokens.texts);
    raw_array("token_offsets", record.tokens.offsets);
  }
  errors(record.errors);
  body(record.body);
}

// `checks` has one letter per Check, in its order: p proved, n not reported.
void Fields::proof(const Score& score) {
  json_.key("status").string("ok").key("logprob").number(score.logprob.nats());
  json_.key("tokens").number(score.tokens.value);
  json_.key("method").string(name_of(score.certificate.method()));
  json_.key("grade").string(name_of(score.certificate.grade())).key("boundary").string("exact");
  std::string checks;
  for (std::size_t i = 0; i < check_count; ++i) {
    const Verdict verdict = score.certificate.verdict(static_cast<Check>(i));
    ensure(verdict != Verdict::unchecked, "an issued certificate leaves no check open");
    checks += verdict == Verdict::proved ? 'p' : 'n';
  }
  json_.key("checks").string(checks);
  const Flags flags = score.certificate.flags();
  if (flags == Flags{}) return;
  json_.key("flags").begin_array();
  if (flags.above_zero) json_.string("above_zero");
  if (flags.all_zero) json_.string("all_zero");
  if (flags.implausibly_high) json_.string("implausibly_high");
  json_.end_array();
}

void Fields::operator()(const TextRecord& record) {
  identity("text", record.key, record.row, record.policy);
  json_.key("replicate").number(std::uint64_t{record.replicate});
  json_.key("status").string(record.text ? "ok" : "failed").key("text");
  if (record.text) {
    json_.string(*record.text);
  } else {
    json_.null();
    failure(record.text.error());
  }
  if (!record.finish_reason.empty()) json_.key("finish_reason").string(record.finish_reason);
  delivery(record.delivery);
  errors(record.errors);
  body(record.body);
}

void Fields::operator()(const JudgementRecord& record) {
  identity("judgement", record.key, record.row, record.policy);
  json_.key("judge").string(record.judge);
  json_.key("status").string(record.value ? "ok" : "failed").key("value");
  if (record.value) {
    json_.number(*record.value);
  } else {
    json_.null();
    failure(record.value.error());
  }
  delivery(record.delivery);
  errors(record.errors);
  body(record.body);
}

void Fields::operator()(const NoteRecord& record) {
  json_.key("type").string("note").key("topic").string(record.topic);
  json_.key("text").string(record.text);
  time(record.time);
}

void Fields::operator()(const SealRecord& record) {
  json_.key("type").string("seal").key("records").number(record.records);
  json_.key("last").string(hex64(record.sum));
  time(record.time);
}

void Fields::failure(const Failure& failure) {
  json_.key("failure").begin_object().key("class").string(name_of(failure.cls));
  json_.key("reason").string(failure.reason).end_object();
}

void Fields::delivery(const Delivery& delivery) {
  json_.key("attempts").number(std::uint64_t{delivery.attempts});
  if (!delivery.endpoint.empty()) json_.key("endpoint").string(delivery.endpoint);
  if (!delivery.model.empty()) json_.key("model").string(delivery.model);
  json_.key("cost_nanousd").number(delivery.charged.money.nanos());
  count_unless_zero("cost_tokens", delivery.charged.tokens.value);
  count_unless_zero("cost_requests", delivery.charged.requests);
  count_unless_zero("cost_unknown_nanousd", delivery.unknown.money.nanos());
  count_unless_zero("cost_unknown_tokens", delivery.unknown.tokens.value);
  count_unless_zero("cost_unknown_requests", delivery.unknown.requests);
  if (!keeps(Detail::standard)) return;
  latency(delivery.latency);
  if (delivery.usage.input) json_.key("usage_input").number(delivery.usage.input->value);
  if (delivery.usage.output) json_.key("usage_output").number(delivery.usage.output->value);
  time(delivery.time);
}

void Fields::latency(const std::optional<Duration>& latency) {
  if (!latency) return;
  char digits[json_number_bytes_max];
  json_.key("latency_ms").raw({digits, write_json_milliseconds(digits, *latency)});
}

void Fields::errors(const std::vector<AttemptError>& errors) {
  if (!keeps(Detail::detailed) || errors.empty()) return;
  json_.key("errors").begin_array();
  for (const AttemptError& error : errors) {
    json_.begin_object().key("class").string(name_of(error.failure.cls));
    json_.key("reason").string(error.failure.reason);
    if (!error.endpoint.empty()) json_.key("endpoint").string(error.endpoint);
    latency(error.latency);
    json_.end_object();
  }
  json_.end_array();
}

// The provider's own digits, as they stood. What is not one line of array text is kept as a string,
// so that the line stays JSON.
void Fields::raw_array(std::string_view name, std::string_view text) {
  if (text.empty()) return;
  json_.key(name);
  if (is_raw_array(text)) {
    json_.raw(text);
  } else {
    json_.string(text);
  }
}

void Fields::body(const std::string& bytes) {
  if (!keeps(Detail::debug) || bytes.empty()) return;
  json_.key("body").raw("\"");
  append_base64(out_, bytes);
  out_ += '"';
}

void Fields::marks(std::string_view type, const BudgetMarks& marks) {
  json_.key("type").string(type).key("account").string(marks.account);
  point("leased", marks.leased);
  point("spent", marks.spent);
  point("unknown", marks.unknown);
  point("reserved", marks.reserved);
  if (marks.cap) cap(*marks.cap);
  time(marks.time);
}

void Fields::cap(const BudgetCap& cap) {
  json_.key("cap").begin_object();
  if (cap.money) json_.key("nanousd").number(cap.money->nanos());
  if (cap.tokens) json_.key("tokens").number(cap.tokens->value);
  if (cap.requests) json_.key("requests").number(*cap.requests);
  json_.end_object();
}

void Fields::point(std::string_view name, const BudgetPoint& point) {
  json_.key(name).begin_object().key("nanousd").number(point.money.nanos());
  json_.key("tokens").number(point.tokens.value);
  json_.key("requests").number(point.requests).end_object();
}

}  // namespace

void append_payload(std::string& out, const Record& record, Detail detail) {
  Fields fields(out, detail);
  std::visit(fields, record);
}

}  // namespace assay::journal
