#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::config {
namespace {

template <class T>
const T* named(const std::vector<T>& things, std::string_view name) {
  const auto found = std::ranges::find(things, name, &T::name);
  return found == things.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Price> Endpoint::price() const {
  if (!input_usd_per_million || !output_usd_per_million) return std::nullopt;
  return Price{input_usd_per_million->nanos(), output_usd_per_million->nanos()};
}

const Endpoint* Config::endpoint(std::string_view name) const {
  return named(endpoints, name);
}
const Policy* Config::policy(std::string_view name) const {
  return named(policies, name);
}

std::string replicate_name(std::string_view policy, std::uint32_t replicate) {
  return fmt::format("{}.r{}", policy, replicate);
}

std::string_view name_of(Detail detail) {
  switch (detail) {
    case Detail::minimal:
      return "minimal";
    case Detail::standard:
      return "standard";
    case Detail::detailed:
      return "detailed";
    case Detail::debug:
      return "debug";
  }
  return {};
}

std::string_view name_of(Canaries canaries) {
  switch (canaries) {
    case Canaries::automatic:
      return "auto";
    case Canaries::always:
      return "always";
    case Canaries::never:
      return "never";
  }
  return "auto";
}

std::string_view name_of(OnFailure on_failure) {
  switch (on_failure) {
    case OnFailure::mark:
      return "mark";
    case OnFailure::fail_fast:
      return "fail_fast";
    case OnFailure::skip:
      return "skip";
  }
  return {};
}

std::string_view name_of(Http http) {
  switch (http) {
    case Http::automatic:
      return "auto";
    case Http::http1:
      return "1.1";
    case Http::http2:
      return "2";
  }
  return {};
}

std::string_view name_of(Compression compression) {
  return compression == Compression::gzip ? "gzip" : "none";
}

std::string_view name_of(BadRows bad_rows) {
  return bad_rows == BadRows::refuse ? "refuse" : "mark";
}

}  // namespace assay::config
