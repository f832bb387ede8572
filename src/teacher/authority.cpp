#include "teacher/authority.hpp"

#include "assay/ensure.hpp"
#include "teacher/state_file.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>

namespace assay::teacher {

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;

constexpr long day_s = 86'400;

struct Validity {
  long begin_s;  // from now
  long end_s;
};

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  ensure(key != nullptr, "OpenSSL makes P-256 keys");
  return key;
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  ensure(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
         "a certificate extension is well-formed");
}

void set_name(X509_NAME* name, const char* text) {
  ensure(
      X509_NAME_add_entry_by_txt(
          name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text), -1, -1, 0) == 1,
      "a common name is set");
}

// Unsigned, with a random serial number and its own name.
Certificate draft(EVP_PKEY* key, const char* name, Validity validity) {
  Certificate certificate(X509_new());
  ensure(certificate != nullptr, "OpenSSL makes certificates");
  X509_set_version(certificate.get(), X509_VERSION_3);
  unsigned char serial[16];
  ensure(RAND_bytes(serial, sizeof serial) == 1, "OpenSSL gives random bytes");
  serial[0] &= 0x7f;
  std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), validity.begin_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity.end_s);
  X509_set_pubkey(certificate.get(), key);
  set_name(X509_get_subject_name(certificate.get()), name);
  return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  ensure(X509_sign(certificate, key, EVP_sha256()) > 0, "OpenSSL signs certificates");
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

Identity pem_of(X509* certificate, EVP_PKEY* key) {
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  ensure(
      PEM_write_bio_X509(certificate_text.get(), certificate) == 1 &&
          PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "a certificate and its key have a PEM form");
  return {text_of(certificate_text.get()), text_of(key_text.get())};
}

Certificate certificate_of(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Key key_of(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

Identity make_authority() {
  const auto key = make_key();
  const auto certificate = draft(key.get(), "Assay teacher authority", {-day_s, 3650 * day_s});
  add_extension(
      certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(
      certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
  sign(certificate.get(), certificate.get(), key.get());
  return pem_of(certificate.get(), key.get());
}

// What an earlier start left, when certificate and key are whole, belong together and hold for a
// day at least.
std::optional<Identity> kept_authority(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto certificate = certificate_of(text);
  const auto key = key_of(text);
  if (!certificate || !key || X509_check_private_key(certificate.get(), key.get()) != 1)
    return std::nullopt;
  std::time_t tomorrow = std::time(nullptr) + day_s;
  if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &tomorrow) <= 0) return std::nullopt;
  return pem_of(certificate.get(), key.get());
}

Validity validity_of(CertificateKind kind) {
  if (kind == CertificateKind::expired) return {-30 * day_s, -day_s};
  if (kind == CertificateKind::not_yet_valid) return {day_s, 30 * day_s};
  return {-day_s, 365 * day_s};
}

}  // namespace

std::optional<CertificateKind> certificate_kind_of(std::string_view name) {
  if (name == "valid") return CertificateKind::valid;
  if (name == "expired") return CertificateKind::expired;
  if (name == "not-yet-valid") return CertificateKind::not_yet_valid;
  if (name == "wrong-host") return CertificateKind::wrong_host;
  if (name == "self-signed") return CertificateKind::self_signed;
  return std::nullopt;
}

Authority::Authority(Identity self, std::filesystem::path ca_file)
    : self_(std::move(self)), ca_file_(std::move(ca_file)) {}

Result<Authority> Authority::at(const std::filesystem::path& state_dir) {
  const auto kept_file = state_dir / "authority.pem";
  auto self = kept_authority(kept_file);
  if (!self) {
    self = make_authority();
    const auto both = self->certificate + self->key;
    if (auto status = write_state_file(kept_file, both, 0600); !status)
      return std::unexpected(status.error());
  }
  const auto ca_file = state_dir / "ca.pem";
  if (auto status = write_state_file(ca_file, self->certificate, 0644); !status) {
    return std::unexpected(status.error());
  }
  return Authority(std::move(*self), ca_file);
}

Identity Authority::issue(CertificateKind kind) const {
  const auto issuer = certificate_of(self_.certificate);
  const auto issuer_key = key_of(self_.key);
  const auto key = make_key();
  const auto leaf = draft(key.get(), "Assay teacher", validity_of(kind));
  const bool own = kind == CertificateKind::self_signed;
  const auto signer = own ? leaf.get() : issuer.get();
  add_extension(leaf.get(), signer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), signer, NID_key_usage, "critical,digitalSignature");
  add_extension(leaf.get(), signer, NID_ext_key_usage, "serverAuth");
  add_extension(leaf.get(),
                signer,
                NID_subject_alt_name,
                kind == CertificateKind::wrong_host ? "DNS:elsewhere.example"
                                                    : "DNS:localhost,IP:127.0.0.1,IP:::1");
  sign(leaf.get(), signer, own ? key.get() : issuer_key.get());
  return pem_of(leaf.get(), key.get());
}

}  // namespace assay::teacher
