#include "journal/manifest.hpp"

#include "core/json_text.hpp"
#include "journal/json_fields.hpp"

#include <fmt/format.h>

namespace assay::journal {
namespace {

constexpr std::string_view format_name = "assay-run-1";

std::int64_t milliseconds_of(WallTime time) {
  return time.time_since_epoch().count();
}

}  // namespace

std::string to_json(const Manifest& manifest) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("format").string(format_name);
  json.key("run").string(to_hex(manifest.run));
  json.key("version").string(manifest.version).key("git_commit").string(manifest.git_commit);
  json.key("host").string(manifest.host);
  json.key("config").string(to_hex(manifest.config_digest));
  json.key("data").string(to_hex(manifest.data_digest));
  json.key("created").string(to_iso8601(manifest.created));
  json.key("created_ms").number(milliseconds_of(manifest.created));
  json.key("started").string(to_iso8601(manifest.started));
  json.key("started_ms").number(milliseconds_of(manifest.started));
  json.key("starts").number(manifest.starts).key("segments").number(manifest.segments);
  if (!manifest.verification.empty()) json.key("verification").string(manifest.verification);
  if (!manifest.derived_from.empty()) json.key("derived_from").string(manifest.derived_from);
  json.end_object();
  text += '\n';
  return text;
}

Result<Manifest> manifest_of(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root)) {
    return fail(Errc::damaged,
                fmt::format("not a JSON object: {}", simdjson::error_message(error)));
  }
  JsonFields fields(root);
  if (fields.text("format") != format_name) fields.complain("format", "is not assay-run-1");
  const auto run = fields.parsed("run", run_id_of);
  const auto config = fields.parsed("config", content_key_of);
  const auto data = fields.parsed("data", content_key_of);
  Manifest manifest;
  manifest.version = fields.text("version");
  manifest.git_commit = fields.text("git_commit");
  manifest.host = fields.text("host");
  manifest.created = WallTime{std::chrono::milliseconds{fields.integer("created_ms")}};
  manifest.started = WallTime{std::chrono::milliseconds{fields.integer("started_ms")}};
  manifest.starts = fields.count("starts");
  manifest.segments = fields.count("segments");
  manifest.verification = fields.text_or_empty("verification");
  manifest.derived_from = fields.text_or_empty("derived_from");
  if (!fields.problem().empty() || !run || !config || !data) {
    return fail(Errc::damaged, fields.problem());
  }
  manifest.run = *run;
  manifest.config_digest = *config;
  manifest.data_digest = *data;
  return manifest;
}

}  // namespace assay::journal
