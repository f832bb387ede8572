#include "cli/exit_code.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace assay::cli {

ExitCode exit_code_of(Errc code) {
  switch (code) {
    case Errc::usage:
    case Errc::config:
      return exit_usage;
    case Errc::input:
      return exit_input;
    case Errc::io:
    case Errc::disk_full:
    case Errc::locked:
    case Errc::damaged:
      return exit_storage;
    case Errc::unverified:
      return exit_unverified;
    case Errc::unavailable:
      return exit_unavailable;
    case Errc::refused:
      return exit_refused;
  }
  return exit_bug;
}

int report_error(const Error& error) {
  fmt::print(stderr, "assay: {}\n", error.detail);
  return exit_code_of(error.code);
}

}  // namespace assay::cli
