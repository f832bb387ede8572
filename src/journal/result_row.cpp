#include "core/json_text.hpp"
#include "journal/results.hpp"

#include <algorithm>

namespace assay::journal {
namespace {

// What a row shows of its sample, good or bad.
struct Place {
  std::uint64_t row;
  std::string_view id;
  std::string_view source;
  std::uint64_t draw_idx;
};

Place place_of(const Row& row) {
  if (row) return {row->row, row->id, row->source, row->draw_idx};
  return {row.error().row, row.error().id, row.error().source, 0};
}

// Fields of one line of JSON.
class JsonCells {
 public:
  explicit JsonCells(std::string& out) : json_(out) { json_.begin_object(); }
  void text(std::string_view name, std::string_view value) { json_.key(name).string(value); }
  void integer(std::string_view name, std::int64_t value) { json_.key(name).number(value); }
  void digits(std::string_view name, std::string_view number) { json_.key(name).raw(number); }
  void none(std::string_view name) { json_.key(name).null(); }
  void failure(const Failure* failure) {
    if (failure == nullptr) return none("failure");
    json_.key("failure").begin_object().key("class").string(name_of(failure->cls));
    json_.key("reason").string(failure->reason).end_object();
  }
  void end() { json_.end_object(); }

 private:
  JsonWriter json_;
};

// Cells of one line of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets a
// quote in front; a number is a number, negative or not.
class CsvCells {
 public:
  explicit CsvCells(std::string& out) : out_(out) {}
  void text(std::string_view, std::string_view value) {
    separate();
    const bool is_formula =
        !value.empty() && std::string_view("=+-@\t\r").find(value[0]) != std::string_view::npos;
    const bool is_quoted = std::ranges::any_of(
        value, [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; });
    if (is_quoted) out_ += '"';
    if (is_formula) out_ += '\'';
    if (!is_quoted) {
      out_ += value;
      return;
    }
    for (const char c : value) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }
  void integer(std::string_view, std::int64_t value) {
    separate(), append_json_number(out_, value);
  }
  void digits(std::string_view, std::string_view number) {
    separate();
    out_ += number;
  }
  void none(std::string_view) { separate(); }
  void failure(const Failure* failure) {
    text("failure_class", failure == nullptr ? std::string_view{} : name_of(failure->cls));
    text("failure_reason", failure == nullptr ? std::string_view{} : failure->reason);
  }
  void end() {}

 private:
  void separate() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }
  std::string& out_;
  bool is_first_ = true;
};

// What both lines say of a row in the same digits, made once: the shortest text of a double costs
// as much as a dozen other cells.
struct Digits {
  std::string logprob;     // empty: none
  std::string latency_ms;  // likewise
  std::string key;         // likewise
};

Digits digits_of(const ResultRow& row) {
  Digits digits;
  if (row.key != nullptr) digits.key = to_hex(*row.key);
  if (row.record == nullptr) return digits;
  if (const Score* score = row.record->outcome.score()) {
    append_json_number(digits.logprob, score->logprob.nats());
  }
  if (const auto& latency = row.record->delivery.latency) {
    append_json_number(digits.latency_ms, static_cast<double>(latency->count()) / 1e6);
  }
  return digits;
}

template <class Cells>
void text_or_none(Cells& cells, std::string_view name, std::string_view value) {
  value.empty() ? cells.none(name) : cells.text(name, value);
}

template <class Cells>
void digits_or_none(Cells& cells, std::string_view name, std::string_view digits) {
  digits.empty() ? cells.none(name) : cells.digits(name, digits);
}

template <class Cells>
void write_score(Cells& cells, const ResultRow& row, const Digits& digits, Method method) {
  const Score* score = row.record != nullptr ? row.record->outcome.score() : nullptr;
  if (score != nullptr) {
    cells.digits("logprob", digits.logprob);
    cells.integer("tokens", score->tokens.value);
  } else {
    cells.none("logprob");
    cells.none("tokens");
  }
  cells.text("method", name_of(row.record != nullptr ? row.record->method : method));
  if (score != nullptr) {
    cells.text("grade", name_of(score->certificate.grade()));
    cells.text("boundary", "exact");
  } else {
    cells.none("grade");
    cells.none("boundary");
  }
}

// The names and their order are what other programs rely on. Source: design.md, section 4.
template <class Cells>
void write_row(
    Cells cells, const ResultRow& row, const Digits& digits, const Policy& policy, Method method) {
  const Place place = place_of(*row.row);
  cells.integer("row", static_cast<std::int64_t>(place.row));
  cells.text("id", place.id);
  cells.text("source", place.source);
  cells.integer("draw_idx", static_cast<std::int64_t>(place.draw_idx));
  cells.text("policy", policy.name);
  cells.text("status", name_of(row.status));
  write_score(cells, row, digits, method);
  cells.failure(row.failure);
  static const Delivery none;
  const Delivery& delivery = row.record != nullptr ? row.record->delivery : none;
  cells.integer("attempts", delivery.attempts);
  text_or_none(cells, "endpoint", delivery.endpoint);
  text_or_none(cells, "model", delivery.model);
  digits_or_none(cells, "latency_ms", digits.latency_ms);
  cells.integer("cost_nanousd", row.cost.nanos());
  text_or_none(cells, "key", digits.key);
  cells.end();
}

}  // namespace

void append_result(std::string& json,
                   std::string& csv,
                   const ResultRow& row,
                   const Policy& policy,
                   Method method) {
  const Digits digits = digits_of(row);
  write_row(JsonCells(json), row, digits, policy, method);
  json += '\n';
  write_row(CsvCells(csv), row, digits, policy, method);
  csv += "\r\n";
}

std::string_view result_csv_header() {
  return "row,id,source,draw_idx,policy,status,logprob,tokens,method,grade,boundary,failure_class,"
         "failure_reason,attempts,endpoint,model,latency_ms,cost_nanousd,key\r\n";
}

}  // namespace assay::journal
