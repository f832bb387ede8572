#pragma once

// A laboratory for end-to-end tests: a directory, a teacher in this process, and the real binary as
// a child.

#include "cli/child.hpp"
#include "support/temp_directory.hpp"
#include "teacher/server.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace assay::test {

inline constexpr const char* lab_key = "sk-lab-4f1d2c";

class Lab {
 public:
  explicit Lab(teacher::ServerOptions options = {});

  [[nodiscard]] std::filesystem::path path(const std::string& name) const {
    return directory_.path() / name;
  }
  [[nodiscard]] teacher::Server& server() { return *server_; }
  [[nodiscard]] const teacher::FaultPlan& faults() const { return faults_; }
  [[nodiscard]] std::filesystem::path ledger() const { return path("provider") / "ledger.jsonl"; }

  // Another provider on the same port, after the first has ended.
  void replace_server(teacher::ServerOptions options);

  // Writes `text` to a file of the directory and gives its path.
  std::string write(const std::string& name, const std::string& text);
  [[nodiscard]] std::string read(const std::string& name) const;

  // The configuration of a run against the teacher: three policies over two models. Their weights
  // are declared, so that content keys do not hang on the port.
  [[nodiscard]] std::string config(const std::string& data,
                                   const std::string& run,
                                   const std::string& extra = {}) const;

  struct Ended {
    int exit_code;
    std::string out;
    std::string err;
  };
  // Runs the binary with the teacher's key in ASSAY_LAB_KEY until it ends.
  [[nodiscard]] Ended assay(std::vector<std::string> arguments,
                            std::map<std::string, std::string> environment = {});
  [[nodiscard]] cli::Child start(std::vector<std::string> arguments,
                                 std::map<std::string, std::string> environment = {});

 private:
  void serve(teacher::ServerOptions options);

  TempDirectory directory_;
  teacher::FaultPlan faults_;
  std::unique_ptr<teacher::Server> server_;
};

// Lines of a text, without their newlines.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);

// results.jsonl without what may differ between two runs: latency_ms, attempts, cost_nanousd.
[[nodiscard]] std::string comparable(const std::string& results);

// `count` rows of plain JSON Lines drawn from teacher-base.
[[nodiscard]] std::string generated_rows(std::size_t count, std::uint64_t seed);

}  // namespace assay::test
