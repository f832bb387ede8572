#include "net/http2_answer.hpp"

#include "assay/ensure.hpp"
#include "net/response_head.hpp"

#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace assay::net {

namespace {

// What a field costs beyond its text, as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113, 6.5.2).
constexpr std::size_t field_overhead = 32;

// nghttp2 lets three digits through and nothing else.
int status_of(std::string_view value) {
  int status = 0;
  std::from_chars(value.data(), value.data() + value.size(), status);
  return status;
}

}  // namespace

void FieldBlock::clear() {
  text_.clear();
  lengths_.clear();
}

void FieldBlock::add(std::string_view name, std::string_view value) {
  text_.append(name).append(value);
  lengths_.push_back({.name = name.size(), .value = value.size()});
}

FieldBlock::Copy FieldBlock::copy() const {
  Copy copy;
  copy.bytes = std::make_unique_for_overwrite<char[]>(text_.size());
  if (!text_.empty()) std::memcpy(copy.bytes.get(), text_.data(), text_.size());
  copy.fields.reserve(lengths_.size());
  const char* at = copy.bytes.get();
  for (const Lengths& length : lengths_) {
    copy.fields.push_back({.name = {at, length.name}, .value = {at + length.name, length.value}});
    at += length.name + length.value;
  }
  return copy;
}

Http2Answer::Verdict Http2Answer::check(const FieldBlock& block) const {
  if (block.count() > limits_.fields_max) return malformed("the head has too many fields");
  if (head_bytes_ + block.bytes() + block.count() * field_overhead > limits_.head_bytes_max) {
    return malformed("the head is longer than its limit");
  }
  return {};
}

Http2Answer::Verdict Http2Answer::take_block(const FieldBlock& block) {
  if (auto ok = check(block); !ok) return ok;
  head_bytes_ += block.bytes() + block.count() * field_overhead;
  bytes_in_ += block.bytes();
  if (in_final()) return {};  // trailer fields
  FieldBlock::Copy head = block.copy();
  // The pseudo-field comes first, and is the only one of an answer.
  if (head.fields.empty() || head.fields.front().name != ":status") {
    return malformed("the answer has no status");
  }
  const int status = status_of(head.fields.front().value);
  if (status < 100 || status > 599) return malformed("the status is outside 100 to 599");
  if (status == 101) return malformed("the server changed the protocol unasked");
  if (status < 200) {
    if (++interim_ > limits_.interim_max) return malformed("too many interim answers");
    return {};
  }
  status_ = status;
  head.fields.erase(head.fields.begin());
  return take_final(std::move(head));
}

Http2Answer::Verdict Http2Answer::take_final(FieldBlock::Copy head) {
  std::string_view location;
  Coding coding = Coding::identity;
  std::optional<std::uint64_t> length;
  for (const HeaderField& field : head.fields) {
    if (field.name == "content-encoding") {
      if (auto ok = note_coding(field.value, coding); !ok) return malformed(ok.error());
    } else if (field.name == "location") {
      location = field.value;
    } else if (field.name == "content-length") {
      std::from_chars(
          field.value.data(), field.value.data() + field.value.size(), length.emplace(0));
    }
  }
  if (status_ >= 300 && status_ <= 399) return std::unexpected(redirect_failure(status_, location));
  head_ = std::move(head);
  if (coding != Coding::identity) {
    if (coding != limits_.coding) return malformed(coding_not_asked_for);
    return body_.expect_gzip();
  }
  return length ? body_.announce(*length) : Verdict{};
}

Http2Answer::Verdict Http2Answer::take_data(std::string_view bytes) {
  if (!in_final()) return malformed("a body came before its head");
  bytes_in_ += bytes.size();
  return body_.append(bytes);
}

Http2Answer::Verdict Http2Answer::end() {
  if (!in_final()) return malformed("the stream ended before its answer");
  if (auto ok = body_.finish(); !ok) return ok;
  complete_ = true;
  return {};
}

Answer Http2Answer::take() {
  ensure(complete(), "an answer is taken when it is complete");
  return Answer(status_, std::move(head_.bytes), std::move(head_.fields), body_.take());
}

}  // namespace assay::net
