#pragma once

// The capability certificate: what an examination found, bound to what was examined. `score`
// demands a valid one; the noise floor in it is what canaries are held against.
//
// A JSON object on one line, whose last member is a digest of all before it, so that an edited one
// is refused. Not a secret, and no signature: it guards against mistakes, not against its owner.

#include "assay/result.hpp"
#include "assay/time.hpp"
#include "doctor/examination.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::doctor {

// To whom a certificate is issued.
struct Binding {
  std::string origin;  // "https://127.0.0.1:8443/v1": scheme, host, port and base path
  std::string dialect;
  std::string model;
  std::string template_name;
  friend bool operator==(const Binding&, const Binding&) = default;
};

// The name of the file that holds it: the same for the same binding.
[[nodiscard]] std::string file_name(const Binding& binding);

struct Capability {
  struct Line {
    std::string property;
    Verdict verdict;
    std::optional<double> p_value;
    std::string evidence;
  };
  Binding binding;
  std::string fingerprint;  // system_fingerprint of the answers; empty when they have none
  WallTime issued{};
  WallTime expires{};
  std::string version;  // of Assay
  std::vector<Line> lines;
  double token_sd_nats = 0;
  double variance_per_token = 0;  // nats^2
  double worst_token_nats = 0;
  double degrees_of_freedom = 0;
};

inline constexpr std::chrono::days validity{7};

[[nodiscard]] Capability capability_of(const Diagnosis& diagnosis,
                                       Binding binding,
                                       WallTime now,
                                       std::string version);

[[nodiscard]] std::string to_json(const Capability& capability);  // with its newline

// Errors: Errc::unverified, a sentence without the file's name: no certificate, another format, or
// a digest that does not fit.
[[nodiscard]] Result<Capability> parse_capability(std::string_view json);

// Why it does not speak for `binding` now; nothing when it does.
[[nodiscard]] std::optional<std::string> objection(const Capability& capability,
                                                   const Binding& binding,
                                                   WallTime now);

// "additivity (pairs ...)" for each property that failed; empty when none did.
[[nodiscard]] std::vector<std::string> failed_properties(const Capability& capability);

}  // namespace assay::doctor
