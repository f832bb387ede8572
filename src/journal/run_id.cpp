#include "journal/run_id.hpp"

#include "assay/content_key.hpp"

namespace assay::journal {

std::string to_hex(const RunId& id) {
  return assay::to_hex(ContentKey{id.bytes});
}

std::optional<RunId> run_id_of(std::string_view hex) {
  const auto key = content_key_of(hex);
  if (!key) return std::nullopt;
  return RunId{key->bytes};
}

}  // namespace assay::journal
