#pragma once

#include "assay/content_key.hpp"
#include "assay/money.hpp"
#include "assay/result.hpp"
#include "assay/time.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// One request as the teacher billed it.
struct LedgerLine {
  std::uint64_t ordinal = 0;  // from 1, over the teacher's life
  Duration at{};              // since the start
  std::optional<ContentKey>
      content;  // content_digest of the prompt; of an array, the digest of its digests
  std::vector<ContentKey> prompts;  // of an array, each
  std::string_view model;           // empty when the request could not be read
  int status = 0;                   // of HTTP, as it would have been sent
  TokenCount tokens_in;             // billed; 0 for a refusal
  TokenCount tokens_out;
  NanoUsd cost;
  std::optional<std::uint32_t>
      attempt;             // of this content, from 1; absent when it was refused before it counted
  std::string_view fault;  // empty: none
  std::string_view refusal;  // why it was turned away; empty: it was not
};

// {"n":1,"t_ms":12,"content":"...","prompts":["..."],"model":"...","status":200,"in":50,"out":0,"cost_nanousd":10000,
//  "attempt":1,"fault":null,"refusal":null} and a newline.
void append_json_line(std::string& out, const LedgerLine& line);

// The file of lines, appended to. What is added stays in memory until flush(), or not at all with
// Sync::each_line. What is flushed survives the end of the process in any manner.
class Ledger {
 public:
  enum class Sync { on_flush, each_line };

  // Errors: Errc::io with path and reason.
  [[nodiscard]] static Result<Ledger> open(const std::filesystem::path& path, Sync sync);
  ~Ledger();
  Ledger(Ledger&& other) noexcept;
  Ledger& operator=(Ledger&&) = delete;

  // Errors (both): Errc::io, when the file cannot be written; what is not written is kept and tried
  // again.
  [[nodiscard]] Status add(const LedgerLine& line);
  [[nodiscard]] Status flush();

 private:
  Ledger(int file, Sync sync, std::filesystem::path path);
  int file_;
  Sync sync_;
  std::filesystem::path path_;
  std::string pending_;
};

}  // namespace assay::teacher
