#include "crawl/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::crawl {

std::optional<Failure> other_fingerprint(std::span<const CertifiedFingerprint> certified,
                                         std::uint32_t policy,
                                         std::uint32_t endpoint,
                                         std::string_view served) {
  if (served.empty()) return std::nullopt;
  const auto found = std::ranges::find_if(certified, [&](const CertifiedFingerprint& one) {
    return one.policy == policy && one.endpoint == endpoint;
  });
  if (found == certified.end() || found->value == served) return std::nullopt;
  return make_failure(
      FailureClass::model_mismatch,
      fmt::format("served fingerprint {}, the certificate is for {}", served, found->value));
}

}  // namespace assay::crawl
