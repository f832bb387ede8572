#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// `count` pieces for `text`, in the manner of byte-pair encoding: again and again the text is cut
// into the longest known pieces and the pairs that stand side by side most often become pieces,
// many per round. Deterministic; pieces cross word boundaries; none holds a special token, none is
// longer than 16 bytes, and one that is not UTF-8 by itself holds no ASCII, so that its "bytes:"
// form is unambiguous. Cost: about 0.1 s for 600 KB and 4,000 pieces.
[[nodiscard]] std::vector<std::string> learn_pieces(std::string_view text, std::size_t count);

}  // namespace assay::teacher
