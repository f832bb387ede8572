#pragma once

#include "assay/result.hpp"
#include "journal/appender.hpp"
#include "journal/repair.hpp"
#include "journal/run_directory.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::journal {

// A run made of another run's records: the same configuration and digests, a random id of its own.
class NewRun {
 public:
  // Errors: Errc::usage when `to` holds a run already; what inspect() and enter() give.
  [[nodiscard]] static Result<NewRun> make(Storage& storage,
                                           const std::filesystem::path& from,
                                           const std::filesystem::path& to,
                                           const Copyist& copyist);

  // Appends a line's payload; groups are made here. Errors: those of the appender.
  [[nodiscard]] Status add(std::string_view payload);
  // Appends a note, syncs, closes.
  [[nodiscard]] Status finish(std::string_view topic, std::string text);

  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  NewRun(std::unique_ptr<RunDirectory> directory, Appender appender, const Copyist& copyist)
      : directory_(std::move(directory)), appender_(std::move(appender)), copyist_(copyist) {}
  [[nodiscard]] Status flush();
  std::unique_ptr<RunDirectory> directory_;  // in a place of its own: the appender calls it
  Appender appender_;
  Copyist copyist_;
  std::vector<std::string> payloads_;
  std::size_t bytes_ = 0;
  std::uint64_t records_ = 0;
};

}  // namespace assay::journal
