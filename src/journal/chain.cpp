#include "journal/chain.hpp"

#include "assay/ensure.hpp"
#include "core/json_text.hpp"
#include "journal/hex64.hpp"
#include "journal/xxh3.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace assay::journal {
namespace {

static_assert(std::endian::native == std::endian::little, "seeds are hashed little-endian");

constexpr std::string_view seq_mark = ",\"seq\":";
constexpr std::string_view after_mark = ",\"after\":\"";

// A decimal at the front of `text`, which is cut off; empty when there is none.
std::optional<std::uint64_t> cut_decimal(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// Where `,"seq":N` begins in a line that states a sum; npos when it is not in its place.
std::size_t seq_position(std::string_view body) {
  std::size_t at = body.size();
  while (at > 0 && body[at - 1] >= '0' && body[at - 1] <= '9') --at;
  const std::size_t digits = body.size() - at;
  if (digits == 0 || digits > 20 || at < seq_mark.size()) return std::string_view::npos;
  at -= seq_mark.size();
  return body.substr(at).starts_with(seq_mark) ? at : std::string_view::npos;
}

}  // namespace

void append_hex64(std::string& out, std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  char hex[hex_digits];
  for (std::size_t i = 0; i < hex_digits; ++i) hex[i] = digits[(value >> (60 - 4 * i)) & 15];
  out.append(hex, hex_digits);
}

std::uint64_t Chain::sum_of(std::string_view body, std::uint64_t previous) const {
  std::array<char, link_bytes> link;
  std::memcpy(link.data(), run_.bytes.data(), 16);
  std::memcpy(link.data() + 16, &segment_, 8);
  std::memcpy(link.data() + 24, &previous, 8);
  return xxh3_linked(body, link.data());
}

void LineWriter::append(std::string& out,
                        std::string_view payload,
                        std::optional<std::uint64_t> durable) {
  ensure(!payload.empty(), "a line has a payload");
  const std::size_t begin = out.size();
  if (durable) {
    out += group_mark;
    append_json_number(out, *durable);
    out += after_mark;
    append_hex64(out, last_sum_);
    out += "\",";
  } else {
    out += '{';
  }
  out += payload;
  out += seq_mark;
  append_json_number(out, next_seq_++);
  last_sum_ = chain_.sum_of(std::string_view(out).substr(begin), last_sum_);
  out += sum_mark;
  append_hex64(out, last_sum_);
  out += "\"}\n";
}

std::optional<GroupStart> group_start_of(std::string_view line) {
  if (!line.starts_with(group_mark)) return std::nullopt;
  std::string_view rest = line.substr(group_mark.size());
  const auto durable = cut_decimal(rest);
  if (!durable || !rest.starts_with(after_mark)) return std::nullopt;
  rest.remove_prefix(after_mark.size());
  if (rest.size() < hex_digits + 2 || rest.substr(hex_digits, 2) != "\",") return std::nullopt;
  const auto after = hex64_of(rest.substr(0, hex_digits));
  if (!after) return std::nullopt;
  return GroupStart{.durable = *durable,
                    .after = *after,
                    .payload_begin = line.size() - rest.size() + hex_digits + 2};
}

std::string_view payload_of(std::string_view line) {
  if (!stated_sum(line) || !line.starts_with('{')) return {};
  const std::string_view body = summed_part(line);
  const std::size_t end = seq_position(body);
  if (end == std::string_view::npos) return {};
  const auto group = group_start_of(line);
  const std::size_t begin = group ? group->payload_begin : 1;
  return begin < end ? body.substr(begin, end - begin) : std::string_view{};
}

std::optional<std::uint64_t> seq_of(std::string_view line) {
  if (!stated_sum(line)) return std::nullopt;
  const std::string_view body = summed_part(line);
  const std::size_t at = seq_position(body);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view digits = body.substr(at + seq_mark.size());
  return cut_decimal(digits);
}

}  // namespace assay::journal
