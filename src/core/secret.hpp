#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace assay {

// An API key. It cannot be copied into a string by accident or printed; its bytes are wiped when
// the last copy goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text);

  [[nodiscard]] bool empty() const { return !text_ || text_->empty(); }
  // The bytes, for the one place that writes the Authorization header.
  [[nodiscard]] std::string_view reveal() const;
  // Eight hex digits that tell keys apart and give nothing away.
  [[nodiscard]] std::string fingerprint() const;

 private:
  std::shared_ptr<const std::string>
      text_;  // shared by the endpoints that use one key; wiped by the deleter
};

// Replaces every occurrence of each secret in `text` (plain, JSON-escaped, URL-encoded, base64) by
// "[key]".
[[nodiscard]] std::string redact(std::string_view text, const Secret& secret);

}  // namespace assay
