#include "pace/source.hpp"

namespace assay::pace {

std::string_view name_of(Source source) {
  switch (source) {
    case Source::none:
      return "unknown";
    case Source::config:
      return "from config";
    case Source::headers:
      return "from headers";
    case Source::found:
      return "found";
  }
  return "unknown";
}

}  // namespace assay::pace
