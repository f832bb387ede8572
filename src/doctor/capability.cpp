#include "doctor/capability.hpp"

#include "assay/content_key.hpp"
#include "core/json_text.hpp"
#include "wire/durations.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

namespace assay::doctor {
namespace {

using simdjson::dom::element;

constexpr std::int64_t format_version = 1;
constexpr std::string_view digest_member = ",\"digest\":\"";

// Names for programs; name_of is for people.
constexpr std::array<std::string_view, 4> verdict_names{
    "pass", "fail", "not_applicable", "inconclusive"};

std::optional<Verdict> verdict_of(std::string_view name) {
  const auto* const found = std::ranges::find(verdict_names, name);
  if (found == verdict_names.end()) return std::nullopt;
  return static_cast<Verdict>(found - verdict_names.begin());
}

std::unexpected<Error> no_certificate(std::string_view why) {
  return fail(Errc::unverified, fmt::format("is no capability certificate: {}", why));
}

void append_lines(JsonWriter& json, const Capability& capability) {
  json.key("properties").begin_array();
  for (const Capability::Line& line : capability.lines) {
    json.begin_object();
    json.key("name").string(line.property);
    json.key("verdict").string(verdict_names[static_cast<std::size_t>(line.verdict)]);
    json.key("p_value");
    line.p_value ? json.number(*line.p_value) : json.null();
    json.key("evidence").string(line.evidence);
    json.end_object();
  }
  json.end_array();
}

// Reads members one after the other and remembers whether all were there.
class Reader {
 public:
  explicit Reader(element object) : object_(object) {}

  std::string text(std::string_view name) {
    std::string_view value;
    ok_ = ok_ && object_[name].get(value) == simdjson::SUCCESS;
    return std::string(value);
  }
  double number(std::string_view name) {
    double value = 0;
    ok_ = ok_ && object_[name].get(value) == simdjson::SUCCESS;
    return value;
  }
  WallTime time(std::string_view name) {
    const auto value = wire::parse_rfc3339(text(name));
    ok_ = ok_ && value.has_value();
    return value.value_or(WallTime{});
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  element object_;
  bool ok_ = true;
};

bool read_lines(element root, std::vector<Capability::Line>& out) {
  simdjson::dom::array list;
  if (root["properties"].get(list) != simdjson::SUCCESS) return false;
  for (const element item : list) {
    Reader reader(item);
    Capability::Line line{};
    line.property = reader.text("name");
    const auto verdict = verdict_of(reader.text("verdict"));
    line.evidence = reader.text("evidence");
    double p_value = 0;
    if (item["p_value"].get(p_value) == simdjson::SUCCESS) line.p_value = p_value;
    if (!reader.ok() || !verdict) return false;
    line.verdict = *verdict;
    out.push_back(std::move(line));
  }
  return true;
}

}  // namespace

std::string file_name(const Binding& binding) {
  std::string all;
  for (const std::string* part :
       {&binding.origin, &binding.dialect, &binding.model, &binding.template_name}) {
    append_json_string(all, *part);
  }
  return to_hex(digest_of(all)) + ".json";
}

Capability capability_of(const Diagnosis& diagnosis,
                         Binding binding,
                         WallTime now,
                         std::string version) {
  Capability capability;
  capability.binding = std::move(binding);
  capability.fingerprint = diagnosis.fingerprint;
  capability.issued = now;
  capability.expires = now + validity;
  capability.version = std::move(version);
  for (const Diagnosis::Entry& entry : diagnosis.entries) {
    capability.lines.push_back({.property = std::string(entry.property->name),
                                .verdict = entry.finding.verdict,
                                .p_value = entry.finding.p_value,
                                .evidence = entry.finding.evidence});
  }
  capability.token_sd_nats = diagnosis.noise.token_sd;
  capability.variance_per_token = diagnosis.noise.variance_per_token;
  capability.worst_token_nats = diagnosis.noise.worst_token;
  capability.degrees_of_freedom = diagnosis.noise.degrees_of_freedom;
  return capability;
}

std::string to_json(const Capability& capability) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("assay_capability").number(format_version);
  json.key("origin").string(capability.binding.origin);
  json.key("dialect").string(capability.binding.dialect);
  json.key("model").string(capability.binding.model);
  json.key("template").string(capability.binding.template_name);
  json.key("fingerprint").string(capability.fingerprint);
  json.key("issued").string(to_iso8601(capability.issued));
  json.key("expires").string(to_iso8601(capability.expires));
  json.key("version").string(capability.version);
  json.key("holds").boolean(failed_properties(capability).empty());
  append_lines(json, capability);
  json.key("noise").begin_object();
  json.key("token_sd_nats").number(capability.token_sd_nats);
  json.key("variance_per_token").number(capability.variance_per_token);
  json.key("worst_token_nats").number(capability.worst_token_nats);
  json.key("degrees_of_freedom").number(capability.degrees_of_freedom);
  json.end_object();
  const std::string digest = to_hex(digest_of(text));
  text += fmt::format("{}{}\"}}\n", digest_member, digest);
  return text;
}

Result<Capability> parse_capability(std::string_view json) {
  if (json.ends_with('\n')) json.remove_suffix(1);
  const std::size_t at = json.rfind(digest_member);
  if (at == std::string_view::npos) return no_certificate("it has no digest");
  const std::string expected =
      fmt::format("{}{}\"}}", digest_member, to_hex(digest_of(json.substr(0, at))));
  if (json.substr(at) != expected) return no_certificate("its digest does not fit: it was changed");
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS)
    return no_certificate("it is not JSON");
  std::int64_t format = 0;
  if (root["assay_capability"].get(format) != simdjson::SUCCESS || format != format_version)
    return no_certificate("it is of another format");
  Reader reader(root);
  Capability capability;
  capability.binding = {.origin = reader.text("origin"),
                        .dialect = reader.text("dialect"),
                        .model = reader.text("model"),
                        .template_name = reader.text("template")};
  capability.fingerprint = reader.text("fingerprint");
  capability.issued = reader.time("issued");
  capability.expires = reader.time("expires");
  capability.version = reader.text("version");
  element noise;
  if (!reader.ok() || root["noise"].get(noise) != simdjson::SUCCESS ||
      !read_lines(root, capability.lines))
    return no_certificate("members are missing");
  Reader of_noise(noise);
  capability.token_sd_nats = of_noise.number("token_sd_nats");
  capability.variance_per_token = of_noise.number("variance_per_token");
  capability.worst_token_nats = of_noise.number("worst_token_nats");
  capability.degrees_of_freedom = of_noise.number("degrees_of_freedom");
  if (!of_noise.ok()) return no_certificate("members of noise are missing");
  return capability;
}

std::optional<std::string> objection(const Capability& capability,
                                     const Binding& binding,
                                     WallTime now) {
  const Binding& own = capability.binding;
  if (own.origin != binding.origin)
    return fmt::format("is of {}, not of {}", own.origin, binding.origin);
  if (own.dialect != binding.dialect)
    return fmt::format("is of dialect {}, not {}", own.dialect, binding.dialect);
  if (own.model != binding.model)
    return fmt::format("is of model {}, not {}", own.model, binding.model);
  if (own.template_name != binding.template_name)
    return fmt::format("is of template {}, not {}", own.template_name, binding.template_name);
  if (now >= capability.expires)
    return fmt::format("expired on {}", to_iso8601(capability.expires));
  // A clock that stands far behind would make any certificate last for ever.
  if (now + std::chrono::days(1) < capability.issued)
    return fmt::format("is of the future ({})", to_iso8601(capability.issued));
  return std::nullopt;
}

std::vector<std::string> failed_properties(const Capability& capability) {
  std::vector<std::string> failed;
  for (const Capability::Line& line : capability.lines) {
    if (line.verdict == Verdict::fail)
      failed.push_back(fmt::format("{} ({})", line.property, line.evidence));
  }
  return failed;
}

}  // namespace assay::doctor
