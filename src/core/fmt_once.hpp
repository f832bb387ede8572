#pragma once

// Precompiled. libfmt 9 holds the code behind every format call, but its header does not say so for
// vformat_to, so each unit that formats compiles all of it again: 3 of the 5 s of CPU of a small
// unit. This says so. Source: fmt 9.1, src/format.cc, "There is no correspondent extern template".

#include <fmt/format.h>

#if FMT_VERSION / 10000 == 9 && defined(FMT_SHARED) && defined(__GNUC__) && !defined(__clang__)
namespace fmt::detail {
extern template void vformat_to<char>(buffer<char>&,
                                      basic_string_view<char>,
                                      basic_format_args<FMT_BUFFER_CONTEXT(char)>,
                                      locale_ref);
}  // namespace fmt::detail
#endif
