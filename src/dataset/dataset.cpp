#include "dataset/dataset.hpp"

#include "dataset/file_rows.hpp"
#include "dataset/file_source.hpp"

#include <optional>
#include <utility>

namespace assay::dataset {
namespace {

class FileSamples : public SampleSource {
 public:
  FileSamples(std::vector<DataFile> files, const ReadOptions& options)
      : files_(std::move(files)), options_(options) {}

  Result<const Row*> next() override {
    for (;;) {
      if (!rows_) {
        if (opened_ == files_.size()) return nullptr;
        auto source = open_file(files_[opened_].path);
        if (!source) return std::unexpected(source.error());
        rows_.emplace(files_[opened_++], std::move(*source), options_);
      }
      const auto row = rows_->next();
      if (!row) return std::unexpected(row.error());
      if (*row == nullptr) {
        rows_.reset();
        continue;
      }
      Row& numbered = **row;
      (numbered ? numbered->row : numbered.error().row) = ordinal_++;
      return *row;
    }
  }

  Status rewind() override {
    rows_.reset();
    opened_ = 0;
    ordinal_ = 0;
    return {};
  }

 private:
  std::vector<DataFile> files_;
  ReadOptions options_;
  std::optional<FileRows> rows_;  // of the file before opened_
  std::size_t opened_ = 0;
  std::uint64_t ordinal_ = 0;
};

}  // namespace

Result<std::unique_ptr<SampleSource>> open_files(const std::vector<DataFile>& files,
                                                 const ReadOptions& options) {
  // A file that is not there shows now, not in the middle of a run.
  for (const DataFile& file : files) {
    if (auto source = open_file(file.path); !source) return std::unexpected(source.error());
  }
  return std::make_unique<FileSamples>(files, options);
}

}  // namespace assay::dataset
