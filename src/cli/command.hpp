#pragma once

// One file per command. Each add_* registers a subcommand with its options on `app` and, when the
// user chose it, leaves in `chosen` what is to be run; its result is the exit code.

#include "cli/command_line.hpp"

#include <functional>

namespace assay::cli {

using Chosen = std::function<int()>;

void add_audit(Command app, Chosen& chosen);
void add_bench(Command app, Chosen& chosen);
void add_config(Command app, Chosen& chosen);
void add_demo(Command app, Chosen& chosen);
void add_doctor(Command app, Chosen& chosen);
void add_estimate(Command app, Chosen& chosen);
void add_failures(Command app, Chosen& chosen);
void add_journal(Command app, Chosen& chosen);
void add_plan(Command app, Chosen& chosen);
void add_score(Command app, Chosen& chosen);
void add_teacher(Command app, Chosen& chosen);

}  // namespace assay::cli
