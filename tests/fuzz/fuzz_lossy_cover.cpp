// Tokens that were decoded apart, over any text: what covers it covers all of it, end to end, and a
// token without marks stands for itself.
//
// Input: a line of the text, then a token a line.

#include "fuzz/fuzz_input.hpp"
#include "wire/lossy_cover.hpp"

#include <algorithm>

using assay::fuzz::must;
using assay::wire::LossyFit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view text = assay::fuzz::take_until(rest, '\n');
  if (text.size() < 2 || !assay::is_utf8(text)) return -1;
  std::vector<std::string_view> tokens;
  while (!rest.empty()) tokens.push_back(assay::fuzz::take_until(rest, '\n'));
  std::size_t seam = text.size() / 2;
  while (seam > 0 && (static_cast<unsigned char>(text[seam]) & 0xC0U) == 0x80U) --seam;
  std::vector<std::uint32_t> ends;
  const LossyFit fit = assay::wire::cover_lossy(text, seam, tokens, ends);
  if (fit == LossyFit::none) return must(ends.empty()), 0;
  must(ends.size() == tokens.size() && ends.back() == text.size());
  must(std::ranges::is_sorted(ends));
  std::size_t begin = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view slice = text.substr(begin, ends[i] - begin);
    must(tokens[i].contains("\uFFFD") || tokens[i] == slice);
    begin = ends[i];
  }
  return 0;
}
