#pragma once

#include "assay/result.hpp"
#include "config/config.hpp"
#include "dataset/dataset.hpp"
#include "dataset/survey.hpp"

#include <memory>
#include <string>

namespace assay::cli {

// The data set of a configuration, looked through once before anything is sent.
struct DataInput {
  dataset::Listing listing;
  dataset::Survey survey;
  std::unique_ptr<SampleSource> samples;  // at its first row
};

// The files of the data set, read as the configuration says. Errors: Errc::config for a format that
// does not exist; those of dataset::list_files.
[[nodiscard]] Result<dataset::Listing> list_data(const config::Data& data);

// Lists, surveys and opens the data. Says on stderr which format was found, and every bad row (the
// first twenty). Errors: Errc::input when a file is missing, or when rows are bad and the
// configuration does not say to mark them.
[[nodiscard]] Result<DataInput> open_data(const config::Data& data);

// The same without the survey, for readers of a finished run.
[[nodiscard]] Result<std::unique_ptr<SampleSource>> reopen_data(const config::Data& data);

// Standard input as a file in the run directory, so that a resumed run reads the same rows: its
// path takes the place of "-" in `data.paths`. A spool that is there already is used as it is.
[[nodiscard]] Status spool_standard_input(config::Config& config);

}  // namespace assay::cli
