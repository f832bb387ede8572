#pragma once

// Written by the build (scripts/cmake/version.cmake).

namespace assay::cli {

extern const char* const version;
extern const char* const commit;
extern const char* const compiler;
extern const char* const build_type;

}  // namespace assay::cli
