#include "wire/list_scan.hpp"

#include "wire/byte_block.hpp"

#include <vector>

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

std::vector<const ListScan*> list_scans() {
  std::vector<const ListScan*> scans{&narrow::scan};
#ifdef ASSAY_WIDE
  if (has_wide_blocks()) scans.push_back(&wide::scan);
#endif
  return scans;
}

const ListScan& list_scan() {
  static const ListScan& fastest = *list_scans().back();
  return fastest;
}

}  // namespace assay::wire
