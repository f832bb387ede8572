#include "dataset/survey.hpp"

#include "dataset/byte_digest.hpp"
#include "dataset/file_rows.hpp"
#include "dataset/file_source.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <utility>

namespace assay::dataset {
namespace {

// Passes bytes on, and counts and digests them.
class Witness : public ByteSource {
 public:
  Witness(std::unique_ptr<ByteSource> source, ByteDigest& digest, std::uint64_t& bytes)
      : source_(std::move(source)), digest_(digest), bytes_(bytes) {}

  Result<std::size_t> read(std::span<char> into) override {
    auto got = source_->read(into);
    if (!got) return got;
    digest_.add({into.data(), *got});
    bytes_ += *got;
    return got;
  }
  Status rewind() override { return source_->rewind(); }

 private:
  std::unique_ptr<ByteSource> source_;
  ByteDigest& digest_;
  std::uint64_t& bytes_;
};

// 64 bits of a digest tell (source, id, draw) apart: among 16 million rows two different ones meet
// with a probability of less than one in 100,000, and then only a note is wrong.
std::uint64_t mark_of(const Sample& sample) {
  ByteDigest digest;
  digest.add_number(sample.source.size());
  digest.add(sample.source);
  digest.add_number(sample.draw_idx);
  digest.add(sample.id);
  const ContentKey key = digest.finish();
  std::uint64_t mark = 0;
  std::memcpy(&mark, key.bytes.data(), sizeof mark);
  return mark;
}

// The marks that stand more than once, sorted.
std::vector<std::uint64_t> repeated(std::deque<std::uint64_t> marks) {
  std::ranges::sort(marks);
  std::vector<std::uint64_t> found;
  for (std::size_t i = 1; i < marks.size(); ++i) {
    const bool is_new = found.empty() || found.back() != marks[i];
    if (marks[i] == marks[i - 1] && is_new) found.push_back(marks[i]);
  }
  return found;
}

class Surveyor {
 public:
  explicit Surveyor(const ReadOptions& options) : options_(options) {}

  Status read(const DataFile& file, ByteDigest& digest) {
    FileCount count{.file = file};
    auto opened = open_file(file.path);
    if (!opened) return std::unexpected(opened.error());
    // Name and bytes, each with its length: moving bytes from one file to the next shows.
    digest.add_number(file.source.size());
    digest.add(file.source);
    FileRows rows(
        file, std::make_unique<Witness>(std::move(*opened), digest, count.bytes), options_);
    for (;;) {
      const auto row = rows.next();
      if (!row) return std::unexpected(row.error());
      if (*row == nullptr) break;
      (**row ? count.rows_good : count.rows_bad) += 1;
      note(**row);
    }
    digest.add_number(count.bytes);
    count.file = rows.file();
    survey_.rows_good += count.rows_good;
    survey_.rows_bad += count.rows_bad;
    survey_.files.push_back(std::move(count));
    return {};
  }

  Survey take() { return std::move(survey_); }
  [[nodiscard]] std::vector<std::uint64_t> repeated_marks() { return repeated(std::move(marks_)); }

 private:
  void note(const Row& row) {
    const std::uint64_t ordinal = ordinal_++;
    if (!row) {
      if (survey_.bad_rows.size() == listed_max) return;
      survey_.bad_rows.push_back(row.error());
      survey_.bad_rows.back().row = ordinal;
    } else if (marks_.size() < duplicates_rows_max) {
      marks_.push_back(mark_of(*row));
    } else {
      survey_.duplicates_checked = false;
    }
  }

  ReadOptions options_;
  Survey survey_;
  std::deque<std::uint64_t> marks_;  // of the good rows
  std::uint64_t ordinal_ = 0;
};

// A second pass names the rows whose mark came before.
Status name_duplicates(const std::vector<DataFile>& files,
                       const ReadOptions& options,
                       const std::vector<std::uint64_t>& marks,
                       Survey& survey) {
  auto samples = open_files(files, options);
  if (!samples) return std::unexpected(samples.error());
  std::vector<bool> seen(marks.size());
  for (;;) {
    const auto row = (*samples)->next();
    if (!row) return std::unexpected(row.error());
    if (*row == nullptr) return {};
    if (!**row) continue;
    const Sample& sample = ***row;
    const std::uint64_t mark = mark_of(sample);
    const auto found = std::ranges::lower_bound(marks, mark);
    if (found == marks.end() || *found != mark) continue;
    auto first = seen.begin() + (found - marks.begin());
    if (!*first) {
      *first = true;
      continue;
    }
    ++survey.duplicates;
    if (survey.duplicated.size() == listed_max) continue;
    survey.duplicated.push_back({sample.source, sample.id, sample.draw_idx, sample.row});
  }
}

}  // namespace

Result<Survey> survey(const std::vector<DataFile>& files, const ReadOptions& options) {
  ByteDigest digest;
  Surveyor surveyor(options);
  for (const DataFile& file : files) {
    if (auto status = surveyor.read(file, digest); !status) return std::unexpected(status.error());
  }
  Survey survey = surveyor.take();
  survey.digest = digest.finish();
  if (!survey.duplicates_checked) return survey;
  const auto marks = surveyor.repeated_marks();
  if (marks.empty()) return survey;
  if (auto status = name_duplicates(files, options, marks, survey); !status) {
    return std::unexpected(status.error());
  }
  return survey;
}

}  // namespace assay::dataset
