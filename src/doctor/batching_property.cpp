#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

// Which plain text stands at which place of the request.
std::vector<std::vector<std::uint32_t>> arrangements() {
  std::vector<std::vector<std::uint32_t>> made(3);
  const auto texts = static_cast<std::uint32_t>(plain_texts().size());
  for (std::uint32_t text = 0; text < texts; ++text) {
    made[0].push_back(text);
    made[1].push_back(texts - 1 - text);
  }
  made[2] = {0, 1, 0, 2};  // one of them twice
  return made;
}

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  if (round != Round::crowd || so_far.subject().dialect->can.prompts_max < 8) return;
  std::uint32_t part = 0;
  for (const auto& arrangement : arrangements()) {
    Exchange exchange{.group = Group::batch, .part = part++, .prompts = {}};
    for (const std::uint32_t text : arrangement)
      exchange.prompts.push_back(plain_texts()[text].whole());
    out.push_back(std::move(exchange));
  }
}

Finding judge(const Evidence& evidence) {
  const auto asked = evidence.of(Group::batch);
  if (asked.empty()) {
    return {.verdict = Verdict::not_applicable,
            .p_value = {},
            .evidence = "one text per request in this dialect"};
  }
  Comparison comparison(evidence.noise());
  for (const Asked* batch : asked) {
    const auto arrangement = arrangements()[batch->exchange.part];
    for (std::size_t place = 0; place < arrangement.size(); ++place) {
      const std::string what = fmt::format("place {} of request {}", place, batch->exchange.part);
      const Sight& alone = evidence.settled(arrangement[place]);
      if (batch->seen.refused) {
        comparison.add(what, alone, batch->seen);
      } else {
        comparison.add(what, alone, batch->seen.prompts[place]);
      }
    }
  }
  return comparison.finding();
}

}  // namespace

constexpr Property batching_property{
    .name = "batching",
    .claim = "several texts in one request get what each gets alone, each its own",
    .meaning = "Answers of one request are swapped, doubled or computed together.",
    .advice = "Send one text per request; report it to the provider.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor
