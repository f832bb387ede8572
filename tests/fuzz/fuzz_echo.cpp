// The alignment on any echo, cut from bytes: what it calls aligned lies end to end over the prompt,
// with the boundary between two tokens.
//
// Input: a line of the prompt, a line of digits and signs that say how the tokens are cut and what
// stands at each place, then bytes that replace tokens.

#include "fuzz/fuzz_input.hpp"
#include "wire/echo.hpp"

#include <algorithm>

using assay::fuzz::must;
using assay::wire::LogProbEntry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string text(assay::fuzz::take_until(rest, '\n'));
  const std::string_view cuts = assay::fuzz::take_until(rest, '\n');
  if (text.size() < 2 || cuts.empty()) return -1;
  std::vector<std::string> tokens;
  std::vector<LogProbEntry> entries;
  std::vector<std::int64_t> offsets;
  std::size_t at = 0;
  for (const char c : cuts) {
    const auto code = static_cast<unsigned char>(c);
    std::string token = text.substr(std::min(at, text.size()), code & 7U);
    at += token.size();
    if ((code & 0x40U) != 0 && !rest.empty()) token = assay::fuzz::take_until(rest, '\n');
    tokens.push_back(std::move(token));
    const auto kind = (code & 0x80U) != 0 ? LogProbEntry::Kind::null : LogProbEntry::Kind::number;
    entries.push_back({kind, (code & 0x20U) != 0 ? -0.5 : static_cast<double>(code & 1U) * 1e-7});
    offsets.push_back(static_cast<std::int64_t>(at - tokens.back().size()));
  }
  const std::vector<std::string_view> views(tokens.begin(), tokens.end());
  assay::wire::Echo echo{.tokens = views,
                         .log_probs = entries,
                         .offsets = {},
                         .text = {},
                         .prompt_tokens = {},
                         .generated_tokens = {}};
  if ((cuts.size() & 1U) != 0) echo.offsets = offsets;
  if ((text.size() & 1U) != 0) echo.prompt_tokens = static_cast<std::int64_t>(tokens.size());
  assay::wire::EchoColumns columns;
  const assay::wire::Prompt prompt{text,
                                   1 + static_cast<unsigned char>(cuts[0]) % (text.size() - 1)};
  const assay::wire::EchoRules rules{.first_entry = assay::wire::FirstEntry::anything};
  const auto aligned = assay::wire::align(prompt, echo, rules, columns);
  if (!aligned) return 0;
  must(columns.ends.size() == aligned->prompt_tokens);
  must(columns.nats.size() + 1 == aligned->prompt_tokens);
  must(columns.ends.back() == text.size() && std::ranges::is_sorted(columns.ends));
  must(aligned->response_begin > 0 && aligned->response_begin < aligned->prompt_tokens);
  must(columns.ends[aligned->response_begin - 1] == prompt.boundary);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < columns.ends.size(); ++i) {
    const std::string_view covered = std::string_view(text).substr(begin, columns.ends[i] - begin);
    must(views[i] == covered || views[i].starts_with("bytes:"));
    begin = columns.ends[i];
  }
  return 0;
}
