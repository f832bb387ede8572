#pragma once

#include "assay/failure.hpp"

#include <string>

namespace assay::net {

// Class `certificate`, with what is wrong in plain words, OpenSSL's own text, and one fix where
// there is one. `verdict` is an X509_V_ERR_ code.
[[nodiscard]] Failure certificate_failure(long verdict, const std::string& host);

}  // namespace assay::net
