#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/journal_report.hpp"
#include "cli/run_inputs.hpp"
#include "cli/version.hpp"
#include "core/json_text.hpp"
#include "journal/chain.hpp"
#include "journal/merge.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"
#include "journal/repair.hpp"
#include "journal/results.hpp"
#include "journal/run_directory.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace assay::cli {
namespace {

struct JournalOptions {
  std::string run;
  std::vector<std::string> runs;
  std::string to;
  std::string type;
  bool json = false;
  bool sums = false;
};
using Options = std::shared_ptr<JournalOptions>;

journal::Copyist copyist() {
  return {.version = version, .clock = [] {
            return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
          }};
}

int print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return written && std::fflush(stdout) == 0 ? exit_complete : exit_storage;
}

// A folder that is no run gets one clear sentence before anything else is tried.
Status require_run(const std::string& run) {
  const auto manifest = journal::RunDirectory::inspect(journal::posix_storage(), run);
  if (!manifest) return std::unexpected(manifest.error());
  return {};
}

int verify(const JournalOptions& options) {
  if (Status run = require_run(options.run); !run) return report_error(run.error());
  const auto summary = summarise_journal(journal::posix_storage(), options.run);
  if (!summary) return report_error(summary.error());
  const int printed = print(options.json ? to_json(*summary) : to_text(*summary));
  if (printed != exit_complete) return printed;
  if (!summary->damage_message) return exit_complete;
  return report_error(Error{Errc::damaged, *summary->damage_message});
}

// Each record as one line of JSON, with the chain's fields only when asked for them.
int cat(const JournalOptions& options) {
  if (Status run = require_run(options.run); !run) return report_error(run.error());
  auto reader = journal::JournalReader::open(journal::posix_storage(), options.run);
  if (!reader) return report_error(reader.error());
  for (;;) {
    const auto line = reader->next_line();
    if (!line) {
      std::fflush(stdout);
      return report_error(line.error());
    }
    if (!*line) break;
    const std::string_view text = (*line)->text;
    if (!options.type.empty() && type_of_line(text) != options.type) continue;
    const std::string shown = options.sums ? fmt::format("{}\n", text)
                                           : fmt::format("{{{}}}\n", journal::payload_of(text));
    if (std::fwrite(shown.data(), 1, shown.size(), stdout) != shown.size()) return exit_storage;
  }
  return print({});
}

int export_results(const JournalOptions& options) {
  if (Status run = require_run(options.run); !run) return report_error(run.error());
  auto inputs = open_run_inputs(options.run);
  if (!inputs) return report_error(inputs.error());
  journal::ResultsRequest request;
  request.run = options.run;
  request.samples = inputs->samples.get();
  for (std::size_t i = 0; i < inputs->policies.size(); ++i) {
    request.policies.push_back({.policy = inputs->policies[i], .method = inputs->methods[i]});
  }
  const std::string folder = options.to.empty() ? options.run : options.to;
  if (const auto made = journal::posix_storage().make_directory(folder); !made) {
    return report_error(Error{Errc::io, fmt::format("cannot make {}", folder)});
  }
  const auto counts = journal::write_results(journal::posix_storage(), request, folder);
  if (!counts) return report_error(counts.error());
  std::string text;
  if (options.json) {
    JsonWriter json(text);
    json.begin_object().key("rows").number(counts->rows).key("ok").number(counts->ok);
    json.key("failed").number(counts->failed).key("not_attempted").number(counts->not_attempted);
    json.key("bad_rows").number(counts->bad_rows).key("folder").string(folder).end_object();
    text += '\n';
  } else {
    text = fmt::format(
        "{}: results.jsonl, results.csv, failures.jsonl\n"
        "{} rows: {} ok, {} failed, {} not attempted\n",
        folder,
        counts->rows,
        counts->ok,
        counts->failed,
        counts->not_attempted);
  }
  return print(text);
}

int repair(const JournalOptions& options) {
  const auto report =
      journal::repair_journal(journal::posix_storage(), options.run, options.to, copyist());
  if (!report) return report_error(report.error());
  std::string text;
  if (options.json) {
    JsonWriter json(text);
    json.begin_object().key("run").string(options.to).key("records").number(report->records);
    json.key("losses").begin_array();
    for (const journal::Loss& loss : report->losses) {
      json.begin_object().key("segment").string(loss.segment.string());
      json.key("offset").number(loss.offset).key("bytes").number(loss.bytes).end_object();
    }
    json.end_array().end_object();
    text += '\n';
    return print(text);
  }
  text = fmt::format("{}: {} records copied\n", options.to, report->records);
  for (const journal::Loss& loss : report->losses) {
    text += fmt::format(
        "lost     {} bytes of {} from byte {}\n", loss.bytes, loss.segment.string(), loss.offset);
  }
  return print(text);
}

int merge(const JournalOptions& options) {
  const std::vector<std::filesystem::path> runs(options.runs.begin(), options.runs.end());
  const auto report =
      journal::merge_journals(journal::posix_storage(), runs, options.to, copyist());
  if (!report) return report_error(report.error());
  std::string text;
  if (options.json) {
    JsonWriter json(text);
    json.begin_object().key("run").string(options.to).key("records").number(report->records);
    json.key("duplicates").number(report->duplicates);
    json.key("failures_left").number(report->failures).end_object();
    text += '\n';
  } else {
    text = fmt::format("{}: {} proved answers, {} duplicates and {} failures left behind\n",
                       options.to,
                       report->records,
                       report->duplicates,
                       report->failures);
  }
  return print(text);
}

// One of the sub-commands, with the options that all of them share.
Command add(Command journal,
            Chosen& chosen,
            const Options& options,
            const char* name,
            const char* help,
            int (*run)(const JournalOptions&)) {
  const Command command = journal.add_command(name, help);
  command.when_chosen(
      [options, run, &chosen] { chosen = [options, run] { return run(*options); }; });
  return command;
}

}  // namespace

void add_journal(Command app, Chosen& chosen) {
  const Command journal =
      app.add_command("journal", "Check, read, export, merge or repair a run's journal");
  journal.requires_command();
  const Options options = std::make_shared<JournalOptions>();
  const auto take_run = [&options](Command command) {
    command.add_option("RUN", &options->run, "The run directory").required();
    return command;
  };
  const auto take_json = [&options](Command command) {
    command.add_flag("--json", &options->json, "As JSON on stdout");
    return command;
  };
  take_json(take_run(add(journal, chosen, options, "verify", "Check every sum", verify)));
  const Command shown =
      take_run(add(journal, chosen, options, "cat", "Print the records, checked", cat));
  shown.add_flag("--sums", &options->sums, "Lines as they stand, with their chain");
  shown.add_option("--type", &options->type, "Only records of this type");
  const Command exported =
      take_json(take_run(add(journal,
                             chosen,
                             options,
                             "export",
                             "Write results.jsonl, results.csv, failures.jsonl",
                             export_results)));
  exported.add_option("--to", &options->to, "Folder, instead of the run directory");
  const Command mended = take_json(take_run(add(
      journal, chosen, options, "repair", "Copy what verifies into a new run directory", repair)));
  mended.add_option("--to", &options->to, "The new run directory").required();
  const Command merged = take_json(
      add(journal, chosen, options, "merge", "Join the proved answers of several runs", merge));
  merged.add_option("RUNS", &options->runs, "Run directories, the first preferred").required();
  merged.add_option("--to", &options->to, "The new run directory").required();
}

}  // namespace assay::cli
