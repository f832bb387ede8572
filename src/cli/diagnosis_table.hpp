#pragma once

#include "doctor/examination.hpp"

#include <string>

namespace assay::cli {

// One line per property: name, verdict, evidence; then what each failure means and what to do.
[[nodiscard]] std::string to_text(const doctor::Diagnosis& diagnosis);

}  // namespace assay::cli
