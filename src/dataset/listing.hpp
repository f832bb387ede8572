#pragma once

// Which files a data set is made of, in order.

#include "assay/result.hpp"
#include "dataset/format.hpp"

#include <string>
#include <vector>

namespace assay::dataset {

struct DataFile {
  std::string path;    // as it can be opened
  std::string source;  // what its samples are called: "logged_data", "fresh_draws/clone", or the
                       // file's stem
  std::string policy;  // whose draws or log-probs it holds; empty when its name does not say
  Format format = Format::automatic;
};

struct Listing {
  std::vector<DataFile> files;       // the data set, in order
  std::vector<DataFile> probes;      // `probe_slice/<policy>_probe.jsonl`: labelled draws for the
                                     // transport audit, not scored
  std::vector<std::string> ignored;  // what else lies in a directory; worth announcing
};

// What `paths` hold, one after another.
//
// A file is itself. A directory is one data set: `logged_data.jsonl` (or `dataset.jsonl`), then the
// draws of each policy in `fresh_draws/` or `responses/` (`<policy>_responses.jsonl`,
// `<policy>_fresh.jsonl`, `<policy>.jsonl`) sorted by file name, then `<policy>_logprobs.jsonl`. A
// directory of draws alone is a data set as well. `format` overrules what names suggest.
//
// Errors: Errc::input when a path is missing or no regular file, when a directory holds no data
// set, or when two files would get the same source; Errc::io.
[[nodiscard]] Result<Listing> list_files(const std::vector<std::string>& paths,
                                         Format format = Format::automatic);

}  // namespace assay::dataset
