#include "wire/list_scan.hpp"

#include "wire/byte_block.hpp"

#define ASSAY_BLOCKS narrow
#include "wire/list_scan_blocks.hpp"
#undef ASSAY_BLOCKS

#ifdef ASSAY_WIDE
ASSAY_TARGET_BEGIN(ASSAY_WIDE)
#define ASSAY_BLOCKS wide
#include "wire/list_scan_blocks.hpp"
#undef ASSAY_BLOCKS
ASSAY_TARGET_END
#endif

namespace assay::wire {

constexpr ListScan narrow_list_scan{.skip_log_probs = narrow::skip_log_probs,
                                    .take_log_probs = narrow::take_log_probs,
                                    .take_counts = narrow::take_counts,
                                    .meet_strings = narrow::meet_strings};

const ListScan* wide_list_scan() {
#ifdef ASSAY_WIDE
  static constexpr ListScan scan{.skip_log_probs = wide::skip_log_probs,
                                 .take_log_probs = wide::take_log_probs,
                                 .take_counts = wide::take_counts,
                                 .meet_strings = wide::meet_strings};
  if (has_wide_blocks()) return &scan;
#endif
  return nullptr;
}

const ListScan& list_scan() {
  static const ListScan& best = wide_list_scan() != nullptr ? *wide_list_scan() : narrow_list_scan;
  return best;
}

}  // namespace assay::wire
