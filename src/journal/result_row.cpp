#include "core/byte_row.hpp"
#include "core/extend.hpp"
#include "core/json_in_place.hpp"
#include "journal/results.hpp"

#include <algorithm>
#include <array>

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

// Cells of one line of JSON. `name` is all that stands before the value, so that it is one piece.
class JsonCells {
 public:
  explicit JsonCells(std::string& out) : out_(out) {}
  template <std::size_t size>
  void text(const char (&name)[size], std::string_view value) {
    cell(name, json_string_bytes_max(value.size()), [value](char* at) {
      return write_json_string(at, value);
    });
  }
  // One of our own, in which nothing needs an escape.
  template <std::size_t size>
  void word(const char (&name)[size], std::string_view word) {
    cell(name, word.size() + 2, [word](char* at) {
      *at++ = '"';
      at = write_text(at, word);
      *at++ = '"';
      return at;
    });
  }
  template <std::size_t size>
  void integer(const char (&name)[size], std::int64_t value) {
    cell(name, json_number_bytes_max, [value](char* at) { return write_json_number(at, value); });
  }
  template <std::size_t size>
  void digits(const char (&name)[size], std::string_view number) {
    cell(name, number.size(), [number](char* at) { return write_text(at, number); });
  }
  template <std::size_t size>
  void none(const char (&name)[size]) {
    digits(name, "null");
  }
  void failure(const Failure* failure) {
    if (failure == nullptr) return none(",\"failure\":");
    word(",\"failure\":{\"class\":", name_of(failure->cls));
    text(",\"reason\":", failure->reason);
    out_ += '}';
  }
  void end() { out_ += "}\n"; }

 private:
  template <std::size_t size, class Write>
  void cell(const char (&name)[size], std::size_t most, Write write) {
    extend(out_, size + most, [&](char* at) { return write(write_text(at, {name, size - 1})); });
  }
  std::string& out_;
};

// Whether a cell of CSV holds what would end it.
bool needs_quotes(std::string_view text) {
  for (; text.size() >= ByteRow::size; text.remove_prefix(ByteRow::size)) {
    const ByteRow row(text.data());
    if ((row.equal(',') | row.equal('"') | row.equal('\r') | row.equal('\n')) != 0) return true;
  }
  return std::ranges::any_of(text,
                             [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; });
}

// Cells of one line of CSV (RFC 4180), each with the comma behind it; they are told by their place.
// A text that a spreadsheet would take for a formula gets a quote in front; a number is a number,
// negative or not.
class CsvCells {
 public:
  explicit CsvCells(std::string& out) : out_(out) {}
  void text(std::string_view, std::string_view value) {
    const bool is_formula =
        !value.empty() && std::string_view("=+-@\t\r").find(value[0]) != std::string_view::npos;
    if (needs_quotes(value)) return quoted(value, is_formula);
    cell(value.size() + 1, [value, is_formula](char* at) {
      if (is_formula) *at++ = '\'';
      return write_text(at, value);
    });
  }
  void word(std::string_view, std::string_view word) { digits({}, word); }
  void integer(std::string_view, std::int64_t value) {
    cell(json_number_bytes_max, [value](char* at) { return write_json_number(at, value); });
  }
  void digits(std::string_view, std::string_view number) {
    cell(number.size(), [number](char* at) { return write_text(at, number); });
  }
  void none(std::string_view) { out_ += ','; }
  void failure(const Failure* failure) {
    word({}, failure == nullptr ? std::string_view{} : name_of(failure->cls));
    text({}, failure == nullptr ? std::string_view{} : failure->reason);
  }
  void end() {
    out_.pop_back();
    out_ += "\r\n";
  }

 private:
  template <class Write>
  void cell(std::size_t most, Write write) {
    extend(out_, most + 1, [&](char* at) {
      at = write(at);
      *at++ = ',';
      return at;
    });
  }
  void quoted(std::string_view value, bool is_formula) {
    cell(2 * value.size() + 3, [value, is_formula](char* at) {
      *at++ = '"';
      if (is_formula) *at++ = '\'';
      for (const char c : value) {
        if (c == '"') *at++ = '"';
        *at++ = c;
      }
      *at++ = '"';
      return at;
    });
  }
  std::string& out_;
};

// The text of a number; empty: none.
class Digits {
 public:
  void write(double value) { end(write_json_number(text_.data(), value)); }
  void write(Duration time) { end(write_json_milliseconds(text_.data(), time)); }
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  void end(const char* at) { size_ = static_cast<std::size_t>(at - text_.data()); }
  std::array<char, json_number_bytes_max> text_;
  std::size_t size_ = 0;
};

// What both lines say of a row in the same digits, made once: the shortest text of a double costs
// as much as a dozen other cells.
struct Figures {
  Digits logprob;
  Digits latency_ms;
  HexKey key;  // where there is one
};

Figures figures_of(const ResultRow& row) {
  Figures figures;
  if (row.key != nullptr) figures.key = hex_of(*row.key);
  if (row.record == nullptr) return figures;
  if (const Score* score = row.record->outcome.score()) {
    figures.logprob.write(score->logprob.nats());
  }
  if (const auto& latency = row.record->delivery.latency) {
    figures.latency_ms.write(*latency);
  }
  return figures;
}

template <class Cells, std::size_t size>
void text_or_none(Cells& cells, const char (&name)[size], std::string_view value) {
  value.empty() ? cells.none(name) : cells.text(name, value);
}

template <class Cells>
void write_score(Cells& cells, const ResultRow& row, const Figures& figures, Method method) {
  const Score* score = row.record != nullptr ? row.record->outcome.score() : nullptr;
  if (score != nullptr) {
    cells.digits(",\"logprob\":", figures.logprob.view());
    cells.integer(",\"tokens\":", score->tokens.value);
  } else {
    cells.none(",\"logprob\":");
    cells.none(",\"tokens\":");
  }
  cells.word(",\"method\":", name_of(row.record != nullptr ? row.record->method : method));
  if (score != nullptr) {
    cells.word(",\"grade\":", name_of(score->certificate.grade()));
    cells.word(",\"boundary\":", "exact");
  } else {
    cells.none(",\"grade\":");
    cells.none(",\"boundary\":");
  }
}

template <class Cells>
void write_delivery(Cells& cells, const ResultRow& row, const Figures& figures) {
  static const Delivery none;
  const Delivery& delivery = row.record != nullptr ? row.record->delivery : none;
  cells.integer(",\"attempts\":", delivery.attempts);
  text_or_none(cells, ",\"endpoint\":", delivery.endpoint);
  text_or_none(cells, ",\"model\":", delivery.model);
  const std::string_view latency = figures.latency_ms.view();
  latency.empty() ? cells.none(",\"latency_ms\":") : cells.digits(",\"latency_ms\":", latency);
  cells.integer(",\"cost_nanousd\":", row.cost.nanos());
}

// The names and their order are what other programs rely on. Source: design.md, section 4.
template <class Cells>
void write_row(Cells cells,
               const ResultRow& row,
               const Figures& figures,
               const Policy& policy,
               Method method) {
  const Place place = place_of(*row.row);
  cells.integer("{\"row\":", static_cast<std::int64_t>(place.row));
  cells.text(",\"id\":", place.id);
  cells.text(",\"source\":", place.source);
  cells.integer(",\"draw_idx\":", static_cast<std::int64_t>(place.draw_idx));
  cells.text(",\"policy\":", policy.name);
  cells.word(",\"status\":", name_of(row.status));
  write_score(cells, row, figures, method);
  cells.failure(row.failure);
  write_delivery(cells, row, figures);
  if (row.key == nullptr) {
    cells.none(",\"key\":");
  } else {
    cells.word(",\"key\":", {figures.key.data(), figures.key.size()});
  }
  cells.end();
}

}  // namespace

void append_result(std::string& json,
                   std::string& csv,
                   const ResultRow& row,
                   const Policy& policy,
                   Method method) {
  const Figures figures = figures_of(row);
  write_row(JsonCells(json), row, figures, policy, method);
  write_row(CsvCells(csv), row, figures, policy, method);
}

std::string_view result_csv_header() {
  return "row,id,source,draw_idx,policy,status,logprob,tokens,method,grade,boundary,failure_class,"
         "failure_reason,attempts,endpoint,model,latency_ms,cost_nanousd,key\r\n";
}

}  // namespace assay::journal
