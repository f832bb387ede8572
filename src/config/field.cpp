#include "config/field.hpp"

#include "config/nearest.hpp"
#include "config/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <type_traits>

namespace assay::config {
namespace {

using Checked = std::expected<void, std::string>;

constexpr std::int64_t nanos_per_milli = 1'000'000;

template <class T>
std::expected<T, std::string> bounded(
    Parsed<T> parsed, T low, T high, std::string_view low_text, std::string_view high_text) {
  if (parsed && *parsed < low) return std::unexpected(fmt::format("is below {}", low_text));
  if (parsed && *parsed > high) return std::unexpected(fmt::format("is above {}", high_text));
  return parsed;
}

Parsed<std::int64_t> count_of(std::string_view text, Bounds bounds) {
  return bounded(parse_count(text),
                 bounds.low,
                 bounds.high,
                 fmt::to_string(bounds.low),
                 fmt::to_string(bounds.high));
}

Parsed<Duration> duration_of(std::string_view text, Bounds bounds) {
  const Duration low{bounds.low * nanos_per_milli};
  const Duration high{bounds.high * nanos_per_milli};
  return bounded(parse_duration(text), low, high, duration_text(low), duration_text(high));
}

Parsed<NanoUsd> usd_of(std::string_view text, Bounds bounds) {
  const auto amount = parse_usd(text);
  if (!amount)
    return std::unexpected(
        "is not an amount of US dollars such as 25 or 0.20 (at most nine decimals)");
  const NanoUsd low{bounds.low};
  const NanoUsd high{bounds.high};
  return bounded(Parsed<NanoUsd>(*amount), low, high, usd_text(low), usd_text(high));
}

template <class Enum>
Parsed<Enum> choice_of(std::string_view text, Enum last) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    names.push_back(name_of(static_cast<Enum>(i)));
    if (names.back() == text) return static_cast<Enum>(i);
  }
  return std::unexpected(fmt::format("is not {}", alternatives(names)));
}

template <class T>
Checked store(T& target, const Parsed<std::type_identity_t<T>>& parsed) {
  if (!parsed) return std::unexpected(parsed.error());
  target = *parsed;
  return {};
}

// For an optional: the parsed value.
template <class T>
Checked store(std::optional<T>& target, const Parsed<std::type_identity_t<T>>& parsed) {
  if (!parsed) return std::unexpected(parsed.error());
  target = *parsed;
  return {};
}

struct Assign {
  std::string_view text;
  Bounds bounds;

  Checked operator()(std::string* field) const {
    *field = text;
    return {};
  }
  Checked operator()(std::vector<std::string>*) const { return {}; }
  Checked operator()(std::uint64_t* field) const { return store(*field, parse_seed(text)); }
  Checked operator()(std::int64_t* field) const { return store(*field, count_of(text, bounds)); }
  Checked operator()(double* field) const {
    return store(*field,
                 bounded(parse_decimal(text),
                         static_cast<double>(bounds.low),
                         static_cast<double>(bounds.high),
                         fmt::to_string(bounds.low),
                         fmt::to_string(bounds.high)));
  }
  Checked operator()(AutoCount* field) const {
    field->fixed.reset();
    if (text == "auto") return {};
    const auto count = count_of(text, bounds);
    if (!count) return std::unexpected(count.error() + (parse_count(text) ? "" : ", nor auto"));
    field->fixed = *count;
    return {};
  }
  Checked operator()(std::optional<std::int64_t>* field) const {
    return store(*field, count_of(text, bounds));
  }
  Checked operator()(std::optional<NanoUsd>* field) const {
    return store(*field, usd_of(text, bounds));
  }
  Checked operator()(Duration* field) const { return store(*field, duration_of(text, bounds)); }
  Checked operator()(std::optional<Duration>* field) const {
    return store(*field, duration_of(text, bounds));
  }
  Checked operator()(std::optional<ScoreRange>* field) const {
    return store(*field, parse_range(text));
  }
  Checked operator()(bool* field) const {
    if (text != "true" && text != "false") return std::unexpected("is not true or false");
    *field = text == "true";
    return {};
  }
  Checked operator()(Detail* field) const { return store(*field, choice_of(text, Detail::debug)); }
  Checked operator()(OnFailure* field) const {
    return store(*field, choice_of(text, OnFailure::skip));
  }
  Checked operator()(BadRows* field) const { return store(*field, choice_of(text, BadRows::mark)); }
  Checked operator()(Http* field) const { return store(*field, choice_of(text, Http::http2)); }
  Checked operator()(Method* field) const { return store(*field, choice_of(text, Method::ids)); }
  Checked operator()(EndOfTurn* field) const {
    return store(*field, choice_of(text, EndOfTurn::scored));
  }
  Checked operator()(Canaries* field) const {
    return store(*field, choice_of(text, Canaries::never));
  }
  Checked operator()(Compression* field) const {
    return store(*field, choice_of(text, Compression::gzip));
  }
};

struct Write {
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(std::uint64_t value) const { return fmt::to_string(value); }
  std::string operator()(std::int64_t value) const { return fmt::to_string(value); }
  std::string operator()(double value) const { return decimal_text(value); }
  std::string operator()(const AutoCount& value) const {
    return value.fixed ? fmt::to_string(*value.fixed) : "auto";
  }
  std::string operator()(NanoUsd value) const { return usd_text(value); }
  std::string operator()(Duration value) const { return duration_text(value); }
  std::string operator()(const ScoreRange& value) const { return range_text(value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(Detail value) const { return std::string(name_of(value)); }
  std::string operator()(OnFailure value) const { return std::string(name_of(value)); }
  std::string operator()(BadRows value) const { return std::string(name_of(value)); }
  std::string operator()(Http value) const { return std::string(name_of(value)); }
  std::string operator()(Method value) const { return std::string(name_of(value)); }
  std::string operator()(EndOfTurn value) const { return std::string(name_of(value)); }
  std::string operator()(Canaries value) const { return std::string(name_of(value)); }
  std::string operator()(Compression value) const { return std::string(name_of(value)); }
  template <class T>
  std::string operator()(const std::optional<T>& value) const {
    return value ? (*this)(*value) : std::string();
  }
};

}  // namespace

Checked assign(Field field, const std::vector<std::string>& texts, Bounds bounds) {
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&field)) {
    **list = texts;
    return {};
  }
  if (texts.size() != 1) return std::unexpected("is a list where one value is wanted");
  return std::visit(Assign{texts.front(), bounds}, field);
}

std::vector<std::string> texts_of(Field field) {
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&field)) return **list;
  std::string text = std::visit(
      [](auto* value) -> std::string {
        if constexpr (std::is_same_v<decltype(value), std::vector<std::string>*>) {
          return {};
        } else {
          return Write()(*value);
        }
      },
      field);
  if (text.empty()) return {};
  return {std::move(text)};
}

}  // namespace assay::config
