#pragma once

// What a function returns when the program may be unable to do its work.
//
// Three kinds of "wrong" are never mixed: a failed measurement is data (outcome.hpp), an Error here
// is something the user or the machine must mend, and a bug ends the process (ensure.hpp).

#include <expected>
#include <string>
#include <string_view>

namespace assay {

// Why the program could not do its work. The command line maps each to an exit code.
enum class Errc {
  usage,        // the command line is wrong
  config,       // the configuration is wrong: detail names file, line, column, key
  input,        // a data file is wrong: detail names file and line
  io,           // the operating system refused: detail names path and reason
  disk_full,    // ENOSPC or EDQUOT
  locked,       // another process holds the run directory
  damaged,      // bytes of a journal are not what was written
  unverified,   // a check of the user's asking did not hold
  unavailable,  // an endpoint cannot be reached
  refused,      // an endpoint, or its certificate, refuses for good
};

struct Error {
  Errc code;
  std::string detail;  // a sentence for a person: what, where (file:line:column), and one fix
};

template <class T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

// Shortens `return std::unexpected(Error{...})`.
[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string detail) {
  return std::unexpected<Error>(Error{code, std::move(detail)});
}

}  // namespace assay
