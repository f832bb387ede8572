#include "e2e/truth.hpp"

#include "dataset/dataset.hpp"
#include "teacher/language.hpp"
#include "teacher/scoring.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <cmath>

namespace assay::test {
namespace {

constexpr std::uint32_t attempts_max = 5;

// The texts are put together here once more, by hand: a mistake of the client's templates must not
// hide in its check.
struct Posted {
  const char* policy;
  const char* model;
  std::string (*prompt)(const Sample&);
};
const std::array<Posted, 3> policies{{
    {"base", "teacher-base", [](const Sample& sample) { return sample.prompt; }},
    {"warm", "teacher-warm", [](const Sample& sample) { return sample.prompt; }},
    {"terse",
     "teacher-base",
     [](const Sample& sample) {
       return "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n" + sample.prompt +
              "<|im_end|>\n<|im_start|>assistant\n";
     }},
}};

// One line of results.jsonl against the model.
class Comparison {
 public:
  Comparison(Truth& truth, const teacher::FaultPlan& faults) : truth_(truth), faults_(faults) {}

  void line(simdjson::dom::element result, const Sample& sample, const Posted& posted) {
    ++truth_.rows;
    const bool in_order = std::uint64_t{result["row"]} == sample.row &&
                          std::string_view{result["id"]} == sample.id &&
                          std::string_view{result["source"]} == sample.source &&
                          std::string_view{result["policy"]} == posted.policy;
    if (!in_order) return wrong(sample, posted, "the line is not in the data set's order");
    const std::string prompt = posted.prompt(sample);
    const auto own =
        teacher::score_response(teacher::bundled_model(posted.model), prompt, sample.response);
    const bool broken = teacher::fails_for_good(
        faults_, teacher::content_digest(posted.model, prompt + sample.response), attempts_max);
    if (std::string_view{result["status"]} == "ok")
      return value(result, sample, posted, own, broken);
    failure(result, sample, posted, own.has_value(), broken);
  }

 private:
  void value(simdjson::dom::element result,
             const Sample& sample,
             const Posted& posted,
             const std::expected<teacher::ResponseScore, teacher::NoScore>& own,
             bool broken) {
    if (!own || broken) return wrong(sample, posted, "a value where there cannot be one");
    const double logprob = result["logprob"];
    if (std::abs(logprob - own->nats) > 1e-9) {
      return wrong(sample, posted, fmt::format("{} is not the model's {}", logprob, own->nats));
    }
    if (std::int64_t{result["tokens"]} != own->tokens)
      return wrong(sample, posted, "another number of tokens");
    ++truth_.values;
  }

  void failure(simdjson::dom::element result,
               const Sample& sample,
               const Posted& posted,
               bool has_value,
               bool broken) {
    if (!result["logprob"].is_null()) return wrong(sample, posted, "a number beside a failure");
    const std::string cls(std::string_view{result["failure"]["class"]});
    ++truth_.classes[cls];
    if (!has_value && cls == "boundary_inside_token") return void(++truth_.straddles);
    if (broken) return void(++truth_.broken);
    wrong(sample, posted, fmt::format("an unforetold failure: {}", cls));
  }

  void wrong(const Sample& sample, const Posted& posted, std::string what) {
    if (truth_.wrong++ == 0)
      truth_.first_wrong = fmt::format("row {} under {}: {}", sample.row, posted.policy, what);
  }

  Truth& truth_;
  const teacher::FaultPlan& faults_;
};

}  // namespace

Truth compare_with_models(Lab& lab, const std::string& data, const std::string& results) {
  Truth truth;
  Comparison comparison(truth, lab.faults());
  const auto listing = dataset::list_files({data});
  BOOST_REQUIRE(listing.has_value());
  auto samples = dataset::open_files(listing->files);
  BOOST_REQUIRE(samples.has_value());
  simdjson::dom::parser parser;
  std::size_t next = 0;
  const Row* row = nullptr;
  for (const std::string& line : lines_of(results)) {
    if (next % policies.size() == 0) row = (*samples)->next().value();
    BOOST_REQUIRE(row != nullptr && row->has_value());
    comparison.line(parser.parse(line), **row, policies[next % policies.size()]);
    ++next;
  }
  BOOST_TEST((*samples)->next().value() == nullptr);  // no row was left out
  return truth;
}

}  // namespace assay::test
