#include "net/certificate_failure.hpp"

#include <openssl/x509_vfy.h>

namespace assay::net {

namespace {

std::string plain_words(long verdict, const std::string& host) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "it has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "it is not valid yet; check this machine's clock";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "it is for another host; check base_url";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "its authority is unknown; name it in ca_file if you trust it";
    case X509_V_ERR_INVALID_PURPOSE:
      return "it is not meant for a server";
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return "a certificate of its chain is no authority";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return "its key or signature is too weak";
    default:
      return "it does not verify for " + host;
  }
}

}  // namespace

Failure certificate_failure(long verdict, const std::string& host) {
  return make_failure(FailureClass::certificate,
                      "the certificate of " + host + " is refused: " + plain_words(verdict, host) +
                          " (" + X509_verify_cert_error_string(verdict) + ")");
}

}  // namespace assay::net
