#include "core/utf8.hpp"

namespace assay {
namespace {

struct Form {
  std::size_t length;
  char32_t lead_bits;
  char32_t code_min;  // below it the form is overlong
};

Form form_of(unsigned char lead) {
  if (lead < 0x80) return {1, lead, 0};
  if (lead >= 0xC2 && lead <= 0xDF) return {2, lead & 0x1Fu, 0x80};
  if ((lead & 0xF0) == 0xE0) return {3, lead & 0x0Fu, 0x800};
  if (lead >= 0xF0 && lead <= 0xF4) return {4, lead & 0x07u, 0x10000};
  return {0, 0, 0};
}

}  // namespace

Utf8Character first_character(std::string_view text) {
  if (text.empty()) return {};
  const Form form = form_of(static_cast<unsigned char>(text[0]));
  if (form.length == 0 || text.size() < form.length) return {};
  char32_t code = form.lead_bits;
  for (std::size_t i = 1; i < form.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < form.code_min || surrogate || code > 0x10FFFF) return {};
  return {code, form.length};
}

}  // namespace assay
