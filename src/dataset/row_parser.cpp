#include "dataset/row_parser.hpp"

#include "core/printable.hpp"
#include "dataset/sample_rules.hpp"

#include <fmt/format.h>

#include <utility>

namespace assay::dataset {
namespace {

static_assert(line_padding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t reason_bytes_max = 300;
constexpr std::size_t id_bytes_max = 200;

std::string reason_of(simdjson::error_code error, std::string_view text) {
  if (error == simdjson::UTF8_ERROR) return "is not UTF-8: convert the file";
  if (error == simdjson::STRING_ERROR) {
    return "has a text with an escape that is no character, such as half of a surrogate pair "
           "(\\ud800 to \\udfff): write the whole character";
  }
  for (const std::string_view word : {"NaN", "Infinity"}) {
    if (text.contains(fmt::format(": {}", word)) || text.contains(fmt::format(":{}", word)) ||
        text.contains(fmt::format("-{}", word))) {
      return fmt::format("holds {}, which JSON has not: write null for what is missing", word);
    }
  }
  return fmt::format("is not JSON: {}; write one object per line", simdjson::error_message(error));
}

}  // namespace

Format detect(const Fields& fields) {
  if (fields.has(Field::arguments)) return Format::lm_eval;
  const bool has_logged =
      fields.has(Field::base_policy_logprob) || fields.has(Field::target_policy_logprobs);
  const auto prompt_id = read_prompt_id(fields);
  const bool has_prompt_id = prompt_id && prompt_id->has_value();
  if (!has_prompt_id && fields.has(Field::id)) return Format::plain;
  if (has_logged) return Format::cje_logged;
  const bool has_log_prob =
      fields.has(Field::logprob) || fields.has(Field::logp) || fields.has(Field::total_logprob);
  if (has_log_prob && has_prompt_id) return Format::cje_logprobs;
  const bool is_draw =
      fields.has(Field::draw_idx) || fields.has(Field::target_policy) || fields.has(Field::fold_id);
  if (is_draw || fields.has(Field::prompt_id)) return Format::cje_draws;
  // What carries scores, or an id where CJE keeps it, is logged data still to be scored.
  const bool has_scores = fields.has(Field::judge_score) || fields.has(Field::oracle_label);
  return has_scores || has_prompt_id ? Format::cje_logged : Format::plain;
}

RowParser::RowParser(DataFile file, const ReadOptions& options)
    : file_(std::move(file)), options_(options) {}

BadRow RowParser::bad(const Line& line, std::string id, std::string_view reason) const {
  return {.row = 0,
          .id = printable(id, id_bytes_max),
          .source = file_.source,
          .file = file_.path,
          .line = line.number,
          .reason = printable(reason, reason_bytes_max)};
}

void RowParser::parse(const Line& line, std::uint64_t index, std::vector<Row>& rows) {
  const auto refuse = [&](std::string_view reason) {
    rows.emplace_back(std::unexpected(bad(line, {}, reason)));
  };
  if (line.too_long) {
    return refuse(fmt::format("is longer than {} MiB: split or shorten it", row_bytes_max >> 20));
  }
  simdjson::dom::element document;
  const auto error = parser_.parse(line.text.data(), line.text.size(), false).get(document);
  if (error != simdjson::SUCCESS) return refuse(reason_of(error, line.text));
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) {
    return refuse(
        document.is_array()
            ? "is a list, not an object: write one object per line, for example with jq -c '.[]'"
            : "is not an object: write one object per line");
  }
  const auto fields = Fields::of(object);
  if (!fields) return refuse(fields.error());
  parse_object(line, *fields, index, rows);
}

void RowParser::parse_object(const Line& line,
                             const Fields& fields,
                             std::uint64_t index,
                             std::vector<Row>& rows) {
  // Undecided until a row is good: a first row with a hole says little about the rest.
  DataFile file = file_;
  if (file.format == Format::automatic) file.format = detect(fields);
  const RowContext context{file, options_, index};
  bool any_good = false;
  const auto add = [&](std::string id, Read<Sample> sample) {
    any_good = any_good || sample.has_value();
    if (sample) {
      rows.emplace_back(std::move(*sample));
    } else {
      rows.emplace_back(std::unexpected(bad(line, std::move(id), sample.error())));
    }
  };
  switch (file.format) {
    case Format::automatic:
    case Format::plain:
      add(readable_id(fields), plain_sample(fields, context));
      break;
    case Format::cje_logged:
      add(readable_id(fields), logged_sample(fields, context));
      break;
    case Format::cje_draws:
      add(readable_id(fields), draw_sample(fields, context));
      break;
    case Format::cje_logprobs:
      add(readable_id(fields), logprob_sample(fields, context));
      break;
    case Format::lm_eval:
      for (LmEvalItem& item : lm_eval_samples(fields, context))
        add(std::move(item.id), std::move(item.sample));
      break;
  }
  if (any_good) file_.format = file.format;
}

}  // namespace assay::dataset
