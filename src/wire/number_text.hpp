#pragma once

// JSON numbers to doubles, quickly: most of the time of reading an echo goes here.

namespace assay::wire {

// Reads the JSON number at `at` and returns the place behind it; nullptr when there is no JSON
// number or it is beyond the range of doubles. The value is the double nearest to what is written,
// as std::from_chars has it. At least 64 bytes behind the text must be readable; what they hold
// does not matter as long as the caller checks that the place is inside.
//
// Cost: for 17 digits about 0.75 of std::from_chars.
[[nodiscard]] const char* read_number(const char* at, double& value);

}  // namespace assay::wire
