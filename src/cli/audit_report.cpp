#include "cli/audit_report.hpp"

#include "cli/run_inputs.hpp"
#include "core/grouped.hpp"
#include "core/json_text.hpp"
#include "journal/codec.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

namespace assay::cli {
namespace {

using journal::BudgetAudit;
using journal::BudgetAxis;

constexpr std::array axes{BudgetAxis::money, BudgetAxis::tokens, BudgetAxis::requests};

std::string figure(BudgetAxis axis, std::int64_t value) {
  if (axis == BudgetAxis::money) return assay::to_text(NanoUsd{value});
  const std::string count =
      (value < 0 ? "-" : "") + grouped(static_cast<std::uint64_t>(value < 0 ? -value : value));
  return fmt::format("{} {}", count, name_of(axis));
}

std::string account_text(const std::string& account) {
  return account.empty() ? "the run" : fmt::format("policy {}", account);
}

bool was_used(const BudgetAudit::Account& account) {
  return account.most != journal::BudgetPoint{} || account.cap;
}

// One line for each cap; one for an account without any.
void append_account(std::string& text, const std::string& name, const BudgetAudit::Account& held) {
  bool capped = false;
  for (const BudgetAxis axis : axes) {
    const auto cap = held.cap ? on_axis(*held.cap, axis) : std::nullopt;
    if (!cap) continue;
    capped = true;
    const std::uint64_t proved = held.proved[static_cast<std::size_t>(axis)];
    text += fmt::format("  {:<18} cap {}: spent {}, unknown at most {}, never above {}; {} {}{}\n",
                        account_text(name),
                        figure(axis, *cap),
                        figure(axis, on_axis(held.spent, axis)),
                        figure(axis, on_axis(held.unknown, axis)),
                        figure(axis, on_axis(held.most, axis)),
                        grouped(proved),
                        proved == 1 ? "record" : "records",
                        on_axis(held.most, axis) > *cap
                            ? "; the cap was lowered below that and lets nothing more through"
                            : "");
  }
  if (capped) return;
  text += fmt::format("  {:<18} no cap: spent {}, {}, {}\n",
                      account_text(name),
                      figure(BudgetAxis::money, held.spent.money.nanos()),
                      figure(BudgetAxis::tokens, held.spent.tokens.value),
                      figure(BudgetAxis::requests, held.spent.requests));
}

void append_usage(std::string& text, const BudgetAudit::UsageCheck& usage) {
  text += fmt::format(
      "Usage      {} of {} answers were billed for one request and state their tokens: the "
      "provider "
      "reports {}, charged were {}\n",
      grouped(usage.compared),
      grouped(usage.answers),
      grouped(static_cast<std::uint64_t>(usage.reported.value)),
      grouped(static_cast<std::uint64_t>(usage.charged.value)));
  if (usage.differing > 0) {
    text += fmt::format("           in {} of them the two differ\n", grouped(usage.differing));
  }
}

bool has_cap(const BudgetAudit& audit) {
  for (const auto& [name, account] : audit.accounts()) {
    if (account.cap && *account.cap != journal::BudgetCap{}) return true;
  }
  return false;
}

void append_verdict(std::string& text, const BudgetAudit& audit) {
  for (const journal::Breach& breach : audit.breaches()) {
    text += fmt::format("FAILS      {}, segment {} at byte {}: {}: {}, where {} are allowed\n",
                        account_text(breach.account),
                        breach.segment,
                        breach.offset,
                        breach.what,
                        figure(breach.axis, breach.have),
                        figure(breach.axis, breach.allowed));
  }
  if (audit.breach_count() > audit.breaches().size()) {
    text += fmt::format("           ... and {} more\n",
                        grouped(audit.breach_count() - audit.breaches().size()));
  }
  if (!audit.holds()) {
    text +=
        "Not proved: the budget was not kept at every record, or the books do not agree with "
        "the provider's figures.\n";
  } else if (!has_cap(audit)) {
    text +=
        "Nothing to prove: the run has no cap. Give --max-cost, --max-total-tokens or "
        "--max-requests to set one.\n";
  } else {
    text +=
        "Proved: at every record, spent + reserved + unknown + worst case was at most the cap in "
        "force, or nothing more was sent.\n";
  }
}

// The caps that the run's configuration states now, by account. A run whose configuration cannot be
// read has its own, or none.
std::map<std::string, journal::BudgetCap> configured_caps(const std::filesystem::path& run) {
  std::map<std::string, journal::BudgetCap> caps;
  const auto config = read_run_config(run);
  if (!config) return caps;
  const auto cap_of = [](const config::Budget& from) {
    journal::BudgetCap cap;
    cap.money = from.usd;
    if (from.tokens) cap.tokens = TokenCount{*from.tokens};
    cap.requests = from.requests;
    return cap;
  };
  caps[""] = cap_of(config->budget);
  for (const config::Policy& policy : config->policies) caps[policy.name] = cap_of(policy.budget);
  return caps;
}

void append_point(JsonWriter& json, std::string_view name, const journal::BudgetPoint& point) {
  json.key(name).begin_object().key("nanousd").number(point.money.nanos());
  json.key("tokens").number(point.tokens.value).key("requests").number(point.requests);
  json.end_object();
}

void append_cap(JsonWriter& json, const std::optional<journal::BudgetCap>& cap) {
  json.key("cap").begin_object();
  if (cap && cap->money) json.key("nanousd").number(cap->money->nanos());
  if (cap && cap->tokens) json.key("tokens").number(cap->tokens->value);
  if (cap && cap->requests) json.key("requests").number(*cap->requests);
  json.end_object();
}

void append_breaches(JsonWriter& json, const BudgetAudit& audit) {
  json.key("breaches").number(audit.breach_count());
  json.key("first_breaches").begin_array();
  for (const journal::Breach& breach : audit.breaches()) {
    json.begin_object().key("account").string(breach.account);
    json.key("axis").string(name_of(breach.axis)).key("what").string(breach.what);
    json.key("have").number(breach.have).key("allowed").number(breach.allowed);
    json.key("segment").number(breach.segment).key("offset").number(breach.offset).end_object();
  }
  json.end_array();
}

}  // namespace

Result<AuditReport> audit_run(journal::Storage& storage, const std::filesystem::path& run) {
  AuditReport report{.run = run, .audit = BudgetAudit(configured_caps(run)), .journal = {}};
  auto reader = journal::JournalReader::open(storage, run);
  if (!reader) return std::unexpected(reader.error());
  journal::Decoder decoder;
  for (;;) {
    const auto line = reader->next_line();
    if (!line) return std::unexpected(line.error());
    if (!*line) break;
    const auto record = decoder.decode((*line)->text);
    if (!record) {
      return fail(Errc::damaged,
                  fmt::format("{}: segment {}, byte {}: {}",
                              run.string(),
                              (*line)->segment,
                              (*line)->offset,
                              record.error().detail));
    }
    report.audit.add(*record, **line);
  }
  report.journal = reader->report();
  return report;
}

std::string to_text(const AuditReport& report) {
  const BudgetAudit& audit = report.audit;
  std::string text = fmt::format("Journal    {}: {} records in {} segments, every sum verified{}\n",
                                 report.run.string(),
                                 grouped(audit.records()),
                                 report.journal.segments.size(),
                                 report.journal.is_sealed ? "" : "; not sealed");
  if (report.journal.torn_bytes() > 0) {
    text +=
        fmt::format("           a torn tail of {} bytes is left out: it was never acknowledged\n",
                    report.journal.torn_bytes());
  }
  text += "Budget\n";
  for (const auto& [name, account] : audit.accounts()) {
    if (name.empty() || was_used(account)) append_account(text, name, account);
  }
  if (audit.accounts().empty()) text += "  nothing was sent\n";
  append_usage(text, audit.usage());
  append_verdict(text, audit);
  return text;
}

std::string to_json(const AuditReport& report) {
  const BudgetAudit& audit = report.audit;
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("run").string(report.run.string());
  json.key("holds").boolean(audit.holds()).key("records").number(audit.records());
  json.key("segments").number(static_cast<std::uint64_t>(report.journal.segments.size()));
  json.key("sealed").boolean(report.journal.is_sealed);
  json.key("torn_bytes").number(report.journal.torn_bytes());
  json.key("accounts").begin_array();
  for (const auto& [name, account] : audit.accounts()) {
    json.begin_object().key("account").string(name);
    append_cap(json, account.cap);
    append_point(json, "spent", account.spent);
    append_point(json, "unknown", account.unknown);
    append_point(json, "most", account.most);
    json.key("records_proved").begin_object();
    for (const BudgetAxis axis : axes) {
      json.key(name_of(axis)).number(account.proved[static_cast<std::size_t>(axis)]);
    }
    json.end_object().end_object();
  }
  json.end_array();
  const BudgetAudit::UsageCheck& usage = audit.usage();
  json.key("usage").begin_object().key("answers").number(usage.answers);
  json.key("compared").number(usage.compared).key("differing").number(usage.differing);
  json.key("reported_tokens").number(usage.reported.value);
  json.key("charged_tokens").number(usage.charged.value).end_object();
  append_breaches(json, audit);
  json.end_object();
  text += '\n';
  return text;
}

}  // namespace assay::cli
