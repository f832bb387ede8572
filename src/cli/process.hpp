#pragma once

namespace assay::cli {

// For commands that hold a key: it must not end in a core file, or be read by a debugger of the
// same user. Files made from here on are the user's own.
void protect_process();

}  // namespace assay::cli
