#include "assay/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace assay {

void ensure_failed(const char* sentence, std::source_location place) {
  std::fprintf(stderr,
               "assay: bug: %s (%s:%u in %s)\n",
               sentence,
               place.file_name(),
               place.line(),
               place.function_name());
  std::abort();
}

}  // namespace assay
