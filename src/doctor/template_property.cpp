#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"
#include "wire/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace assay::doctor {
namespace {

// Responses that begin differently: whether a token begins with them hangs on the text.
constexpr std::array<std::string_view, 4> responses{"The Rhine, the Nile and the Volga.",
                                                    "1. Rhine 2. Nile 3. Volga",
                                                    "rivers? Rhine, Nile, Volga.",
                                                    " Rhine, Nile, Volga."};

std::optional<wire::Rendered> rendered(const Subject& subject, std::string_view response) {
  Sample sample;
  sample.prompt = "Name three rivers.\n";
  sample.response = response;
  sample.finish_reason = "stop";
  auto made = wire::render(subject.form, subject.system_prompt, sample, subject.rendering);
  if (!made) return std::nullopt;
  return std::move(*made);
}

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t i = 0; i < responses.size(); ++i) {
    if (const auto text = rendered(so_far.subject(), responses[i]))
      out.push_back({.group = Group::templated, .text = i, .prompts = {text->text}});
  }
}

// How often the template's BOS stands at the head of what the answer lists; 0 without one.
std::size_t leading_bos(const Seen& seen, std::string_view bos) {
  if (bos.empty() || !seen.transcript) return 0;
  const auto& tokens = seen.transcript->choices.front().tokens;
  std::size_t count = 0;
  while (count < tokens.size() && tokens[count].text == bos) ++count;
  return count;
}

// Tokens that the server put before a plain text: shown in its list, or counted and not shown.
std::int64_t added_tokens(const Evidence& evidence) {
  std::int64_t most = 0;
  for (const Asked* asked : evidence.of(Group::first_pass)) {
    if (!asked->seen.transcript) continue;
    const wire::TranscriptChoice& choice = asked->seen.transcript->choices.front();
    const std::string& text = asked->exchange.prompts.front();
    // What makes up the text, from whichever place on.
    for (std::size_t first = 0; first < choice.tokens.size(); ++first) {
      std::size_t at = 0;
      std::size_t token = first;
      while (token < choice.tokens.size() && at < text.size() &&
             std::string_view(text).substr(at).starts_with(choice.tokens[token].text)) {
        at += choice.tokens[token++].text.size();
      }
      if (at < text.size()) continue;
      const auto own = static_cast<std::int64_t>(token - first);
      const auto& input = asked->seen.transcript->usage.input;
      most = std::max({most, static_cast<std::int64_t>(first), input ? input->value - own : 0});
      break;
    }
  }
  return most;
}

Finding inconclusive(std::string why) {
  return {.verdict = Verdict::inconclusive, .p_value = {}, .evidence = std::move(why)};
}

Finding failed(std::string why) {
  return {.verdict = Verdict::fail, .p_value = {}, .evidence = std::move(why)};
}

// In how many of the answers a token begins with the response.
std::size_t exact_boundaries(const Subject& subject, std::span<const Asked* const> asked) {
  return static_cast<std::size_t>(std::ranges::count_if(asked, [&](const Asked* one) {
    if (one->seen.refused || one->seen.prompts.empty()) return false;
    const auto text = rendered(subject, responses[one->exchange.text]);
    return text && one->seen.prompts.front().nats_from(text->boundary).has_value();
  }));
}

Finding judge(const Evidence& evidence) {
  const Subject& subject = evidence.subject();
  const auto asked = evidence.of(Group::templated);
  if (asked.empty()) return inconclusive("the template takes no plain sample");
  const Seen& seen = asked.front()->seen;
  if (seen.refused) return inconclusive("refused: " + seen.refused->reason);
  const std::int64_t added = added_tokens(evidence);
  const bool has_bos = !subject.form.bos.empty();
  if (added > 1 || (added == 1 && has_bos)) {
    return failed(fmt::format("the server puts {} tokens of its own before the text{}",
                              added,
                              has_bos ? ", and the template has a BOS already" : ""));
  }
  const std::size_t bos = leading_bos(seen, subject.form.bos);
  if (bos > 1) return failed(fmt::format("{} BOS tokens stand before the text", bos));
  const Sight& sight = seen.prompts.front();
  if (sight.failure) {
    const bool others_work = !evidence.settled(0).segments.empty();
    return others_work ? failed(sight.failure->reason) : inconclusive(sight.failure->reason);
  }
  const std::size_t exact = exact_boundaries(subject, asked);
  return {.verdict = exact > 0 ? Verdict::pass : Verdict::fail,
          .p_value = {},
          .evidence = fmt::format("template {}: {} tokens, {}, {} of {} responses begin at a token",
                                  subject.form.name,
                                  sight.tokens() + 1,
                                  !has_bos   ? "no BOS of its own"
                                  : bos == 1 ? "one BOS"
                                             : "its BOS is no single token",
                                  exact,
                                  asked.size())};
}

}  // namespace

constexpr Property template_property{
    .name = "template",
    .claim =
        "the policy's template arrives with one BOS at most, and responses can begin at a token",
    .meaning =
        "The model reads another prompt than the one intended, or no response can be scored.",
    .advice =
        "Leave the BOS to the server or to the template, not to both; check the template's name.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor
