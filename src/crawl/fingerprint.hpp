#pragma once

// What was examined must be what answers: the fingerprint in a capability certificate against the
// one that an answer states.

#include "assay/failure.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::crawl {

// What a policy's certificate says of one of its endpoints.
struct CertifiedFingerprint {
  std::uint32_t policy = 0;    // of RunSpec::policies
  std::uint32_t endpoint = 0;  // of RunSpec::endpoints
  std::string value;           // system_fingerprint; never empty
};

// A model_mismatch that names both when an answer states another fingerprint than was certified.
// Nothing when they agree, when the answer states none, or when none was certified.
[[nodiscard]] std::optional<Failure> other_fingerprint(
    std::span<const CertifiedFingerprint> certified,
    std::uint32_t policy,
    std::uint32_t endpoint,
    std::string_view served);

}  // namespace assay::crawl
