#include "journal/base64.hpp"
#include "journal/chain.hpp"
#include "journal/codec.hpp"
#include "journal/json_fields.hpp"
#include "journal/score_line.hpp"

#include <fmt/format.h>

#include <limits>

namespace assay::journal {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

WallTime time_of(JsonFields& fields) {
  return WallTime{std::chrono::milliseconds{fields.integer("time_ms")}};
}

std::optional<Duration> latency_of(JsonFields& fields) {
  if (!fields.has("latency_ms")) return std::nullopt;
  const double nanos = fields.number("latency_ms") * 1e6;
  // Up to a century; beyond it the figure is no latency.
  if (!(nanos >= 0 && nanos < 3e18)) {
    fields.complain("latency_ms", "is out of range");
    return std::nullopt;
  }
  return Duration{std::llround(nanos)};
}

// The parser reads a whole `-0` as the integer 0; -0.0 is what was written.
double number_in(JsonFields& fields, std::string_view name, std::string_view line) {
  const double value = fields.number(name);
  if (value != 0) return value;
  const bool is_negative = line.contains(fmt::format(",\"{}\":-0", name));
  return is_negative ? -0.0 : value;
}

std::uint32_t small_count(JsonFields& fields, std::string_view name) {
  const std::uint64_t value = fields.count(name);
  if (value > std::numeric_limits<std::uint32_t>::max()) fields.complain(name, "is out of range");
  return static_cast<std::uint32_t>(value);
}

std::optional<TokenCount> usage_of(JsonFields& fields, std::string_view name) {
  if (!fields.has(name)) return std::nullopt;
  return TokenCount{fields.integer(name)};
}

// A field that is left out when it is 0.
std::int64_t integer_or_zero(JsonFields& fields, std::string_view name) {
  return fields.has(name) ? fields.integer(name) : 0;
}

Delivery delivery_of(JsonFields& fields) {
  Delivery delivery;
  delivery.attempts = small_count(fields, "attempts");
  delivery.endpoint = fields.text_or_empty("endpoint");
  delivery.model = fields.text_or_empty("model");
  delivery.charged = {.money = NanoUsd{fields.integer("cost_nanousd")},
                      .tokens = TokenCount{integer_or_zero(fields, "cost_tokens")},
                      .requests = integer_or_zero(fields, "cost_requests")};
  delivery.unknown = {.money = NanoUsd{integer_or_zero(fields, "cost_unknown_nanousd")},
                      .tokens = TokenCount{integer_or_zero(fields, "cost_unknown_tokens")},
                      .requests = integer_or_zero(fields, "cost_unknown_requests")};
  delivery.latency = latency_of(fields);
  delivery.usage = {usage_of(fields, "usage_input"), usage_of(fields, "usage_output")};
  if (fields.has("time_ms")) delivery.time = time_of(fields);
  return delivery;
}

// The class and reason in `fields` itself.
std::optional<Failure> failure_in(JsonFields& fields) {
  const auto cls = fields.parsed("class", failure_class_of);
  const std::string_view reason = fields.text("reason");
  if (!cls) return std::nullopt;
  return Failure{*cls, std::string(reason)};
}

std::optional<Failure> failure_of(JsonFields& fields) {
  JsonFields inner = fields.object("failure");
  auto failure = failure_in(inner);
  if (!inner.problem().empty()) fields.complain("failure", "is not a class and a reason");
  return failure;
}

std::vector<AttemptError> errors_of(JsonFields& fields) {
  std::vector<AttemptError> errors;
  if (!fields.has("errors")) return errors;
  for (const element entry : fields.elements("errors")) {
    object inner_object;
    if (entry.get(inner_object) != simdjson::SUCCESS) {
      fields.complain("errors", "holds what is not an object");
      break;
    }
    JsonFields inner(inner_object);
    auto failure = failure_in(inner);
    const std::string endpoint = inner.text_or_empty("endpoint");
    const auto latency = latency_of(inner);
    if (!failure || !inner.problem().empty()) {
      fields.complain("errors", "holds what is not an error");
      break;
    }
    errors.push_back({std::move(*failure), endpoint, latency});
  }
  return errors;
}

std::string body_of(JsonFields& fields) {
  if (!fields.has("body")) return {};
  auto bytes = fields.parsed("body", bytes_of_base64);
  return bytes ? std::move(*bytes) : std::string{};
}

// The array as it stands in the line: digits are not read and printed again.
std::string raw_array_of(JsonFields& fields, std::string_view name, std::string_view line) {
  if (!fields.has(name)) return {};
  const auto value = fields.find(name);
  std::string_view text;
  if (value->get(text) == simdjson::SUCCESS) return std::string(text);
  const std::string mark = fmt::format(",\"{}\":[", name);
  const std::size_t begin = line.find(mark);
  if (!value->is_array() || begin == std::string_view::npos) {
    fields.complain(name, "is not an array");
    return {};
  }
  std::size_t at = begin + mark.size();
  for (int depth = 1; depth > 0; ++at) {
    if (line[at] == '"') {
      for (++at; line[at] != '"'; ++at) at += line[at] == '\\' ? 1 : 0;
    }
    depth += line[at] == '[' ? 1 : line[at] == ']' ? -1 : 0;
  }
  return std::string(line.substr(begin + mark.size() - 1, at - begin - mark.size() + 1));
}

Flags flags_of(JsonFields& fields) {
  Flags flags;
  if (!fields.has("flags")) return flags;
  for (const element entry : fields.elements("flags")) {
    std::string_view name;
    const bool is_text = entry.get(name) == simdjson::SUCCESS;
    if (is_text && name == "above_zero") {
      flags.above_zero = true;
    } else if (is_text && name == "all_zero") {
      flags.all_zero = true;
    } else if (is_text && name == "implausibly_high") {
      flags.implausibly_high = true;
    } else {
      fields.complain("flags", "holds an unknown flag");
    }
  }
  return flags;
}

// Issues the certificate again, so that a record cannot hold a proof that could not have been made.
std::optional<Certificate> certificate_of(JsonFields& fields, Method method) {
  const std::string_view checks = fields.text("checks");
  Certificate::Draft draft(method);
  draft.set(flags_of(fields));
  for (std::size_t i = 0; i < checks.size() && i < check_count; ++i) {
    if (checks[i] == 'p') draft.set(static_cast<Check>(i), Verdict::proved);
    if (checks[i] == 'n') draft.set(static_cast<Check>(i), Verdict::not_reported);
  }
  const auto certificate = draft.issue();
  if (!certificate || checks.size() != check_count) {
    fields.complain("checks", "proves no score");
    return std::nullopt;
  }
  if (fields.text("grade") != name_of(certificate->grade())) {
    fields.complain("grade", "is not the one the checks give");
  }
  return *certificate;
}

std::optional<Outcome> outcome_of(JsonFields& fields, Method method, std::string_view line) {
  const std::string_view status = fields.text("status");
  if (status == "failed") {
    if (fields.has("logprob")) fields.complain("logprob", "stands beside a failure");
    auto failure = failure_of(fields);
    if (!failure) return std::nullopt;
    return Outcome(std::move(*failure));
  }
  if (status != "ok") {
    fields.complain("status", "is neither ok nor failed");
    return std::nullopt;
  }
  if (fields.has("failure")) fields.complain("failure", "stands beside a score");
  const double nats = number_in(fields, "logprob", line);
  const std::int64_t tokens = fields.integer("tokens");
  const auto certificate = certificate_of(fields, method);
  const auto logprob = LogProb::from_nats(nats);
  if (!logprob) fields.complain("logprob", logprob.error());
  if (tokens < 1) fields.complain("tokens", "is not a count of tokens");
  if (!logprob || !certificate || !fields.problem().empty()) return std::nullopt;
  return Outcome(Score{*logprob, TokenCount{tokens}, *certificate});
}

std::optional<Record> run_record_of(JsonFields& fields) {
  if (fields.text("format") != "assay-journal-1") {
    fields.complain("format", "is not assay-journal-1: a newer assay wrote this journal");
  }
  const auto run = fields.parsed("run", run_id_of);
  const auto config = fields.parsed("config", content_key_of);
  const auto data = fields.parsed("data", content_key_of);
  if (!run || !config || !data) return std::nullopt;
  RunRecord record{.run = *run,
                   .segment = fields.count("segment"),
                   .config_digest = *config,
                   .data_digest = *data,
                   .previous = std::nullopt,
                   .version = std::string(fields.text("version")),
                   .time = time_of(fields)};
  if (fields.has("previous")) {
    JsonFields inner = fields.object("previous");
    const auto sum = inner.parsed("sum", hex64_of);
    if (sum) {
      record.previous = {
          .segment = inner.count("segment"), .bytes = inner.count("bytes"), .sum = *sum};
    }
    if (!inner.problem().empty()) fields.complain("previous", "is incomplete");
  }
  return record;
}

std::optional<Record> score_record_of(JsonFields& fields, std::string_view line) {
  const auto key = fields.parsed("key", content_key_of);
  const auto purpose = fields.parsed("purpose", purpose_of);
  const auto method = fields.parsed("method", method_of);
  if (!key || !purpose || !method) return std::nullopt;
  auto outcome = outcome_of(fields, *method, line);
  if (!outcome) return std::nullopt;
  return ScoreRecord{.key = *key,
                     .row = fields.count("row"),
                     .policy = std::string(fields.text("policy")),
                     .purpose = *purpose,
                     .method = *method,
                     .outcome = std::move(*outcome),
                     .delivery = delivery_of(fields),
                     .tokens = {.logprobs = raw_array_of(fields, "token_logprobs", line),
                                .texts = raw_array_of(fields, "token_texts", line),
                                .offsets = raw_array_of(fields, "token_offsets", line)},
                     .errors = errors_of(fields),
                     .body = body_of(fields)};
}

// The value of a record that is `ok` or `failed`, from a field of its own name.
template <class T, class Get>
std::expected<T, Failure> value_or_failure(JsonFields& fields, std::string_view name, Get get) {
  const std::string_view status = fields.text("status");
  if (status == "ok") return get();
  if (status != "failed") fields.complain("status", "is neither ok nor failed");
  if (fields.has(name)) fields.complain(name, "stands beside a failure");
  auto failure = failure_of(fields);
  if (!failure) return std::unexpected(Failure{FailureClass::invalid_output, {}});  // complained
  return std::unexpected(std::move(*failure));
}

std::optional<Record> text_record_of(JsonFields& fields) {
  const auto key = fields.parsed("key", content_key_of);
  if (!key) return std::nullopt;
  auto text = value_or_failure<std::string>(
      fields, "text", [&] { return std::string(fields.text("text")); });
  return TextRecord{.key = *key,
                    .row = fields.count("row"),
                    .policy = std::string(fields.text("policy")),
                    .replicate = small_count(fields, "replicate"),
                    .text = std::move(text),
                    .finish_reason = fields.text_or_empty("finish_reason"),
                    .delivery = delivery_of(fields),
                    .errors = errors_of(fields),
                    .body = body_of(fields)};
}

std::optional<Record> judgement_record_of(JsonFields& fields, std::string_view line) {
  const auto key = fields.parsed("key", content_key_of);
  if (!key) return std::nullopt;
  auto value =
      value_or_failure<double>(fields, "value", [&] { return number_in(fields, "value", line); });
  return JudgementRecord{.key = *key,
                         .row = fields.count("row"),
                         .policy = std::string(fields.text("policy")),
                         .judge = std::string(fields.text("judge")),
                         .value = std::move(value),
                         .delivery = delivery_of(fields),
                         .errors = errors_of(fields),
                         .body = body_of(fields)};
}

BudgetPoint point_of(JsonFields& fields, std::string_view name) {
  JsonFields inner = fields.object(name);
  const BudgetPoint point{.money = NanoUsd{inner.integer("nanousd")},
                          .tokens = TokenCount{inner.integer("tokens")},
                          .requests = inner.integer("requests")};
  if (!inner.problem().empty()) fields.complain(name, "is incomplete");
  return point;
}

std::optional<BudgetCap> cap_of(JsonFields& fields) {
  if (!fields.has("cap")) return std::nullopt;
  BudgetCap cap;
  JsonFields inner = fields.object("cap");
  if (inner.has("nanousd")) cap.money = NanoUsd{inner.integer("nanousd")};
  if (inner.has("tokens")) cap.tokens = TokenCount{inner.integer("tokens")};
  if (inner.has("requests")) cap.requests = inner.integer("requests");
  if (!inner.problem().empty()) fields.complain("cap", "holds what is not an integer");
  return cap;
}

// Journals of assay 0.1.0 before November 2026 lack `reserved` and `cap`.
BudgetMarks marks_of(JsonFields& fields) {
  return {.account = std::string(fields.text("account")),
          .leased = point_of(fields, "leased"),
          .spent = point_of(fields, "spent"),
          .unknown = point_of(fields, "unknown"),
          .reserved = fields.has("reserved") ? point_of(fields, "reserved") : BudgetPoint{},
          .cap = cap_of(fields),
          .time = time_of(fields)};
}

std::optional<Record> seal_record_of(JsonFields& fields) {
  const auto sum = fields.parsed("last", hex64_of);
  if (!sum) return std::nullopt;
  return SealRecord{.records = fields.count("records"), .sum = *sum, .time = time_of(fields)};
}

std::optional<Record> record_of(JsonFields& fields, std::string_view line) {
  const std::string_view type = fields.text("type");
  if (type == "score") return score_record_of(fields, line);
  if (type == "run") return run_record_of(fields);
  if (type == "text") return text_record_of(fields);
  if (type == "judgement") return judgement_record_of(fields, line);
  if (type == "lease") return LeaseRecord{marks_of(fields)};
  if (type == "settle") return SettleRecord{marks_of(fields)};
  if (type == "seal") return seal_record_of(fields);
  if (type == "note") {
    return NoteRecord{.topic = std::string(fields.text("topic")),
                      .text = std::string(fields.text("text")),
                      .time = time_of(fields)};
  }
  fields.complain("type", "is not a record type this version knows");
  return std::nullopt;
}

Outcome outcome_of(const ScoreLine& line) {
  if (line.score) return *line.score;
  return Failure{*line.failure, std::string(line.reason)};
}

ScoreRecord empty_record(Outcome outcome) {
  return {.key = {},
          .policy = {},
          .outcome = std::move(outcome),
          .delivery = {},
          .tokens = {},
          .errors = {},
          .body = {}};
}

// The strings keep their room. All fields have names here, so that this does not compile when there
// is one more: it would keep what the line before said.
void take(const ScoreLine& line, ScoreRecord& record) {
  auto& [key, row, policy, purpose, method, outcome, delivery, tokens, errors, body] = record;
  key = line.key;
  row = line.row;
  policy = line.policy;
  purpose = line.purpose;
  method = line.method;
  outcome = outcome_of(line);
  auto& [attempts, endpoint, model, latency, charged, unknown, usage, time] = delivery;
  attempts = line.attempts;
  endpoint = line.endpoint;
  model = line.model;
  latency = line.latency;
  charged = line.charged;
  unknown = line.unknown;
  usage = line.usage;
  time = line.time.value_or(WallTime{});
  tokens = {};
  errors.clear();
  body.clear();
}

}  // namespace

struct Decoder::State {
  simdjson::dom::parser parser;
};

Decoder::Decoder() : state_(std::make_unique<State>()) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

Result<Record> Decoder::decode(std::string_view line) {
  std::optional<Record> record;
  if (Status decoded = decode(line, record); !decoded) return std::unexpected(decoded.error());
  return std::move(*record);
}

Status Decoder::decode(std::string_view line, std::optional<Record>& record) {
  return decode(line, LineDepth::whole, record);
}

Status Decoder::decode_values(std::string_view line, std::optional<Record>& record) {
  return decode(line, LineDepth::values, record);
}

Status Decoder::decode(std::string_view line, LineDepth depth, std::optional<Record>& record) {
  if (const auto score = score_line_of(line, depth)) {
    const bool is_score = record && std::holds_alternative<ScoreRecord>(*record);
    if (!is_score) record = empty_record(outcome_of(*score));
    take(*score, std::get<ScoreRecord>(*record));
    return {};
  }
  auto decoded = decode_any(line);
  if (!decoded) return std::unexpected(decoded.error());
  record = std::move(*decoded);
  return {};
}

Result<Record> Decoder::decode_any(std::string_view line) {
  element document;
  object root;
  if (const auto error = state_->parser.parse(line.data(), line.size()).get(document)) {
    return fail(Errc::damaged, fmt::format("not JSON: {}", simdjson::error_message(error)));
  }
  if (document.get(root) != simdjson::SUCCESS) return fail(Errc::damaged, "not a JSON object");
  JsonFields fields(root);
  std::optional<Record> record = record_of(fields, line);
  if (!fields.problem().empty()) return fail(Errc::damaged, fields.problem());
  if (!record) return fail(Errc::damaged, "a record without an outcome");
  return std::move(*record);
}

}  // namespace assay::journal
