#pragma once

// The teacher as a server to be called, with its ledger as the witness.

#include "net/caller.hpp"
#include "support/temp_directory.hpp"
#include "teacher/server.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace assay::net::testing {

// A teacher in this process. Its state directory, ledger and model need not be given.
class Provider {
 public:
  explicit Provider(teacher::ServerOptions options, const std::vector<std::string>& faults = {});

  [[nodiscard]] teacher::Server& server() { return *server_; }
  [[nodiscard]] ClientOptions options() const;
  [[nodiscard]] std::shared_ptr<TlsContext> trust() const;

  // How often each prompt was billed as answered.
  [[nodiscard]] std::map<std::string, std::size_t> billed();

 private:
  test::TempDirectory directory_;
  std::unique_ptr<teacher::Server> server_;
};

// Requests with prompts of their own, each sent until it is answered.
struct Delivery {
  std::size_t answered = 0;
  std::size_t unbilled = 0;               // failures that cost nothing: sent again
  std::vector<std::size_t> maybe_billed;  // by prompt: failures that may have been billed
};
[[nodiscard]] Delivery deliver_all(Caller& caller, std::size_t count);

// Nothing lost, nothing doubled: each prompt was billed once, and no more often than its failures
// that may have been billed allow.
void check_ledger(Provider& provider, const Delivery& delivery);

}  // namespace assay::net::testing
