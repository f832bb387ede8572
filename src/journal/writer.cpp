#include "journal/writer.hpp"

#include <mutex>
#include <thread>
#include <utility>

namespace assay::journal {

class JournalWriter::Impl {
 public:
  Impl(Appender appender, const WriterOptions& options, WriterEvents events)
      : appender_(std::move(appender)),
        events_(std::move(events)),
        queue_({.window = options.window,
                .group_bytes = options.group_bytes,
                .bytes_max = options.queue_bytes_max}) {}

  void start() {
    thread_ = std::jthread([this] { write_groups(); });
  }

  Status finish(Ending ending);
  [[nodiscard]] Status status() const;
  [[nodiscard]] RecordQueue& queue() { return queue_; }

 private:
  void write_groups();
  void fail_with(const Error& error);

  Appender appender_;  // the thread's while it runs, then finish()'s
  WriterEvents events_;
  RecordQueue queue_;
  mutable std::mutex mutex_;
  std::optional<Error> error_;  // under mutex_
  bool has_finished_ = false;
  std::jthread thread_;
};

// Admission stops before anybody hears of the failure.
void JournalWriter::Impl::fail_with(const Error& error) {
  queue_.close();
  {
    const std::scoped_lock lock(mutex_);
    if (error_) return;  // told already
    error_ = error;
  }
  if (events_.on_failed) events_.on_failed(error);
}

// A full disk whose reserve took the group admits nothing more, but what is queued still goes
// there.
void JournalWriter::Impl::write_groups() {
  while (auto group = queue_.take()) {
    auto appended = appender_.append(group->records);
    if (!appended) {
      fail_with(appended.error().error);
      if (!appended.error().saved) return;
    }
    queue_.release(group->bytes);
    if (events_.on_durable) events_.on_durable(group->last);
  }
}

Status JournalWriter::Impl::status() const {
  const std::scoped_lock lock(mutex_);
  if (error_) return std::unexpected(*error_);
  return {};
}

Status JournalWriter::Impl::finish(Ending ending) {
  if (std::exchange(has_finished_, true)) return status();
  queue_.close();
  if (thread_.joinable()) thread_.join();
  Status ended = status();
  if (ended && ending == Ending::sealed) ended = appender_.seal();
  const Status closed = appender_.close();
  if (ended && !closed) ended = closed;
  if (!ended) {
    const std::scoped_lock lock(mutex_);
    error_ = ended.error();
  }
  return ended;
}

JournalWriter::JournalWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

JournalWriter::~JournalWriter() {
  // Whoever wants to know the result calls finish() first.
  if (impl_) static_cast<void>(impl_->finish(Ending::unsealed));
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(Storage& storage,
                                                           const std::filesystem::path& run,
                                                           const Opening& opening,
                                                           const WriterOptions& options,
                                                           WriterEvents events) {
  auto appender = Appender::open(storage, run, opening, options.appender);
  if (!appender) return std::unexpected(appender.error());
  auto impl = std::make_unique<Impl>(std::move(*appender), options, std::move(events));
  impl->start();
  return std::unique_ptr<JournalWriter>(new JournalWriter(std::move(impl)));
}

bool JournalWriter::has_room() const {
  return impl_->queue().has_room();
}

std::optional<Ticket> JournalWriter::try_push(std::vector<Record>& batch, Urgency urgency) {
  return impl_->queue().try_push(batch, urgency);
}

Status JournalWriter::finish(Ending ending) {
  return impl_->finish(ending);
}

Status JournalWriter::status() const {
  return impl_->status();
}

}  // namespace assay::journal
