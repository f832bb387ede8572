// Data that leave little or nothing to estimate: every form of the report says so, without a number
// that is none.

#include "estimate/estimate.hpp"
#include "estimate/matrix_builder.hpp"
#include "report/csv.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/table.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <cctype>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace assay::report {
namespace {

BOOST_AUTO_TEST_SUITE(degenerate)

struct Cell {
  std::optional<double> base = -50;
  std::optional<double> target = -51;
  std::optional<double> judge = 0.5;
  std::optional<double> label = {};
};

std::optional<LogProb> log_prob(std::optional<double> nats) {
  if (!nats) return std::nullopt;
  return LogProb::from_nats(*nats).value();
}

estimate::Matrix matrix_of(int rows, int draws, int probes, const std::function<Cell(int)>& cell) {
  estimate::RecordedBuilder builder;
  for (int i = 0; i < rows; ++i) {
    const Cell made = cell(i);
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.judge_score = made.judge;
    sample.oracle_label = made.label;
    sample.recorded.base = log_prob(made.base);
    sample.recorded.target["target"] = log_prob(made.target);
    sample.recorded.target["second"] = log_prob(made.base);
    builder.add_logged(sample);
  }
  for (int i = 0; i < draws; ++i) {
    Sample sample;
    sample.id = "p" + std::to_string(i);
    sample.judge_score = cell(i).judge;
    builder.add_fresh("target", sample);
    sample.oracle_label = cell(i).label;
    if (i < probes) builder.add_probe("target", sample);
  }
  return std::move(builder).finish();
}

// "nan" or "inf" as a word; "infinite" is one that may be said.
bool names_no_number(const std::string& text) {
  for (const char* word : {"nan", "inf"}) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const char next = at + 3 < text.size() ? text[at + 3] : ' ';
      if (std::isalpha(static_cast<unsigned char>(next)) == 0) return true;
    }
  }
  return false;
}

void check_all_forms(const estimate::Matrix& matrix) {
  const auto findings = estimate::estimate(matrix, {.bootstrap = {.replicates = 50}});
  Context context{.source = "x", .provenance = "recorded", .logging_policy = "base", .version = ""};
  for (const bool show_refused : {false, true}) {
    context.show_refused = show_refused;
    simdjson::dom::parser parser;
    BOOST_TEST(parser.parse(to_json(findings, context)).error() == simdjson::SUCCESS);
    for (const std::string& text : {to_csv(findings, show_refused),
                                    to_table(findings, context, Colour::plain),
                                    to_html(findings, context)}) {
      BOOST_TEST(!names_no_number(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(one_row) {
  check_all_forms(matrix_of(1, 0, 0, [](int) { return Cell{.label = 1.0}; }));
}

BOOST_AUTO_TEST_CASE(one_row_and_one_draw) {
  check_all_forms(matrix_of(1, 1, 1, [](int) { return Cell{.label = 1.0}; }));
}

BOOST_AUTO_TEST_CASE(all_values_missing) {
  check_all_forms(matrix_of(40, 40, 40, [](int) {
    return Cell{.base = std::nullopt, .target = std::nullopt, .judge = std::nullopt};
  }));
}

BOOST_AUTO_TEST_CASE(all_log_probs_missing) {
  check_all_forms(matrix_of(40, 40, 40, [](int i) {
    return Cell{.base = std::nullopt, .target = std::nullopt, .judge = i / 40.0, .label = 1.0};
  }));
}

BOOST_AUTO_TEST_CASE(no_labels) {
  check_all_forms(matrix_of(60, 60, 60, [](int i) { return Cell{.judge = (i % 7) / 7.0}; }));
}

BOOST_AUTO_TEST_CASE(one_class_of_label) {
  check_all_forms(
      matrix_of(60, 60, 60, [](int i) { return Cell{.judge = (i % 7) / 7.0, .label = 1.0}; }));
}

BOOST_AUTO_TEST_CASE(one_class_of_label_on_some_rows) {
  check_all_forms(matrix_of(60, 60, 60, [](int i) {
    Cell cell{.target = -50 - i % 3, .judge = (i % 7) / 7.0};
    if (i % 2 == 0) cell.label = 0.0;
    return cell;
  }));
}

BOOST_AUTO_TEST_CASE(a_constant_judge) {
  check_all_forms(matrix_of(60, 60, 60, [](int i) {
    Cell cell{.target = -50 - i % 5, .judge = 0.7};
    if (i % 3 != 0) cell.label = (i % 2) * 1.0;
    return cell;
  }));
}

BOOST_AUTO_TEST_CASE(a_judge_stuck_at_zero) {
  check_all_forms(matrix_of(
      60, 60, 60, [](int i) { return Cell{.target = -50 - i % 5, .judge = 0.0, .label = 0.0}; }));
}

BOOST_AUTO_TEST_CASE(one_weight_that_holds_everything) {
  check_all_forms(matrix_of(60, 60, 60, [](int i) {
    Cell cell{.base = -2000, .target = i == 7 ? 0 : -4000, .judge = (i % 9) / 9.0};
    if (i % 3 != 0) cell.label = (i % 2) * 1.0;
    return cell;
  }));
}

BOOST_AUTO_TEST_CASE(weights_that_all_vanish) {
  check_all_forms(matrix_of(60, 60, 60, [](int i) {
    Cell cell{.base = 0, .target = -5000 - 3.0 * i, .judge = (i % 9) / 9.0};
    if (i % 3 != 0) cell.label = (i % 2) * 1.0;
    return cell;
  }));
}

BOOST_AUTO_TEST_CASE(ties_everywhere) {
  check_all_forms(matrix_of(60, 60, 60, [](int i) {
    return Cell{.judge = i < 30 ? 0.0 : 1.0, .label = i < 30 ? 0.0 : 1.0};
  }));
}

BOOST_AUTO_TEST_CASE(barely_enough_for_folds) {
  for (int rows = 2; rows < 26; ++rows) {
    check_all_forms(matrix_of(rows, rows, rows, [](int i) {
      Cell cell{.target = -50 - i % 4, .judge = (i % 5) / 5.0};
      if (i % 3 != 1) cell.label = (i % 5) / 5.0;
      return cell;
    }));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::report
