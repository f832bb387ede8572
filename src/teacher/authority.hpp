#pragma once

#include "assay/result.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace assay::teacher {

// What the server shows: the right certificate, or a wrong one that a careful client must refuse.
enum class CertificateKind : std::uint8_t {
  valid,
  expired,
  not_yet_valid,
  wrong_host,
  self_signed
};
[[nodiscard]] std::optional<CertificateKind> certificate_kind_of(std::string_view name);

// A certificate and its key, PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

// A certificate authority of our own: ECDSA P-256. Its leaf is for localhost, 127.0.0.1 and ::1.
class Authority {
 public:
  // The authority of `state_dir`, made on first use and kept there, so that a client's trust
  // outlives a restart: ca.pem for clients, authority.pem (0600) with the key. Errors: Errc::io
  // with path and reason.
  [[nodiscard]] static Result<Authority> at(const std::filesystem::path& state_dir);

  [[nodiscard]] const std::filesystem::path& ca_file() const { return ca_file_; }
  [[nodiscard]] Identity issue(CertificateKind kind) const;

 private:
  Authority(Identity self, std::filesystem::path ca_file);
  Identity self_;
  std::filesystem::path ca_file_;
};

}  // namespace assay::teacher
