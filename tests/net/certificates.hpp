#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace assay::net::testing {

struct KeyDeleter {
  void operator()(evp_pkey_st* key) const;
};
struct CertificateDeleter {
  void operator()(x509_st* certificate) const;
};
using Key = std::unique_ptr<evp_pkey_st, KeyDeleter>;
using Certificate = std::unique_ptr<x509_st, CertificateDeleter>;

// What a server shows: a certificate with its key.
struct Identity {
  Certificate certificate;
  Key key;
};

struct Subject {
  std::string common_name = "assay test";
  std::string alternative_names = "DNS:localhost,IP:127.0.0.1";  // empty: none
  int valid_from_days = -1;                                      // relative to today
  int valid_to_days = 30;
  std::string extended_key_usage = "serverAuth";
  int rsa_bits = 0;  // 0: an elliptic key
};

// A certificate authority made for one test.
class Authority {
 public:
  explicit Authority(std::string name = "assay test authority");
  [[nodiscard]] Identity issue(const Subject& subject) const;
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] std::string expired_pem() const;  // an older certificate, of the same key and name

 private:
  std::string name_;
  Identity own_;
};

[[nodiscard]] std::string certificate_pem(const Identity& identity);
[[nodiscard]] std::string key_pem(const Identity& identity);

// A file that goes with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace assay::net::testing
