// No #pragma once: list_scan.cpp includes this twice, for blocks of two kinds (byte_block.hpp).

#ifndef ASSAY_BLOCKS
#define ASSAY_BLOCKS narrow
#endif

#include "wire/list_counts.hpp"
#include "wire/list_log_probs.hpp"
#include "wire/list_scan.hpp"
#include "wire/list_strings.hpp"

namespace assay::wire::ASSAY_BLOCKS {

constexpr ListScan scan{.skip_log_probs = skip_log_probs,
                        .take_log_probs = take_log_probs,
                        .take_counts = take_counts,
                        .meet_strings = meet_strings,
                        .meet_characters = meet_characters};

}  // namespace assay::wire::ASSAY_BLOCKS
