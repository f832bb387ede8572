#include "net/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>
#include <stdlib.h>
#include <unistd.h>
#include <utility>

namespace assay::net::testing {

namespace {

template <class Write>
std::string written(Write write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string result(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return result;
}

void check(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  check(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate unsigned_certificate(const Subject& subject, EVP_PKEY* key) {
  static std::atomic<long> serial{1};
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), subject.valid_from_days * 86400L);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), subject.valid_to_days * 86400L);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()),
                             "CN",
                             MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(subject.common_name.c_str()),
                             -1,
                             -1,
                             0);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

Key new_key(int rsa_bits) {
  Key key(rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(static_cast<unsigned>(rsa_bits)));
  check(key != nullptr, "no key");
  return key;
}

}  // namespace

void KeyDeleter::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}
void CertificateDeleter::operator()(x509_st* certificate) const {
  X509_free(certificate);
}

namespace {

Certificate self_signed(const Subject& subject, EVP_PKEY* key) {
  Certificate result = unsigned_certificate(subject, key);
  X509* certificate = result.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  check(X509_sign(certificate, key, EVP_sha256()) > 0, "not signed");
  return result;
}

}  // namespace

Authority::Authority(std::string name) : name_(std::move(name)) {
  own_.key = new_key(0);
  own_.certificate = self_signed({.common_name = name_}, own_.key.get());
}

Identity Authority::issue(const Subject& subject) const {
  Identity identity;
  identity.key = new_key(subject.rsa_bits);
  identity.certificate = unsigned_certificate(subject, identity.key.get());
  X509* certificate = identity.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(own_.certificate.get()));
  if (!subject.alternative_names.empty()) {
    add_extension(
        certificate, own_.certificate.get(), NID_subject_alt_name, subject.alternative_names);
  }
  if (!subject.extended_key_usage.empty()) {
    add_extension(
        certificate, own_.certificate.get(), NID_ext_key_usage, subject.extended_key_usage);
  }
  check(X509_sign(certificate, own_.key.get(), EVP_sha256()) > 0, "not signed");
  return identity;
}

std::string Authority::pem() const {
  return certificate_pem(own_);
}

std::string Authority::expired_pem() const {
  const Subject subject{.common_name = name_, .valid_from_days = -10, .valid_to_days = -1};
  return certificate_pem({.certificate = self_signed(subject, own_.key.get()), .key = {}});
}

std::string certificate_pem(const Identity& identity) {
  return written([&](BIO* bio) { PEM_write_bio_X509(bio, identity.certificate.get()); });
}

std::string key_pem(const Identity& identity) {
  return written([&](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

TemporaryFile::TemporaryFile(const std::string& content) {
  path_ = (std::filesystem::temp_directory_path() / "assay-test-XXXXXX").string();
  const int descriptor = mkstemp(path_.data());
  check(descriptor >= 0 && ::write(descriptor, content.data(), content.size()) ==
                               static_cast<ssize_t>(content.size()),
        "no temporary file");
  ::close(descriptor);
}

TemporaryFile::~TemporaryFile() {
  ::unlink(path_.c_str());
}

}  // namespace assay::net::testing
