#pragma once

// One file per command. Each add_* registers a subcommand with its options on `app` and, when the
// user chose it, leaves in `chosen` what is to be run; its result is the exit code.

#include <functional>

namespace CLI {
class App;
}

namespace assay::cli {

using Chosen = std::function<int()>;

void add_audit(CLI::App& app, Chosen& chosen);
void add_config(CLI::App& app, Chosen& chosen);
void add_demo(CLI::App& app, Chosen& chosen);
void add_doctor(CLI::App& app, Chosen& chosen);
void add_estimate(CLI::App& app, Chosen& chosen);
void add_failures(CLI::App& app, Chosen& chosen);
void add_journal(CLI::App& app, Chosen& chosen);
void add_plan(CLI::App& app, Chosen& chosen);
void add_score(CLI::App& app, Chosen& chosen);
void add_teacher(CLI::App& app, Chosen& chosen);

}  // namespace assay::cli
