#include "journal/fake_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace assay::journal {
namespace {

constexpr std::size_t sector = 512;

}  // namespace

std::uint64_t FakeDisk::used() const {
  std::uint64_t total = 0;
  for (const auto& [path, node] : names_) total += node->cache.size();
  return total;
}

void FakeDisk::die() {
  dead_ = true;
  power_lost_ = kill_->mode == Mode::power;
  throw Killed{};
}

std::optional<int> FakeDisk::before(Operation operation) {
  if (dead_) return EIO;  // destructors of the dead process
  ++calls_;
  if (kill_ && calls_ == kill_->call && operation != Operation::write) die();
  if (!fault_ || fault_->operation != operation) return std::nullopt;
  ++fault_seen_;
  const bool fires = fault_seen_ == fault_->nth || (fault_->for_good && fault_seen_ > fault_->nth);
  fault_fired_ = fault_fired_ || fires;
  return fires ? std::optional(fault_->error) : std::nullopt;
}

void FakeDisk::apply(Names& names, const Change& change) {
  if (!change.removed.empty()) names.erase(change.removed);
  if (!change.added.empty()) names[change.added] = change.node;
}

void FakeDisk::change(Change change) {
  apply(names_, change);
  pending_.push_back(std::move(change));
}

void FakeDisk::restart() {
  if (power_lost_) cut_power();
  open_.clear();
  disarm();
  dead_ = power_lost_ = false;
}

void FakeDisk::cut_power() {
  const std::uint64_t survived = rng_.below(pending_.size() + 1);
  for (std::uint64_t i = 0; i < survived; ++i) apply(disk_names_, pending_[i]);
  pending_.clear();
  names_ = disk_names_;
  for (auto& [path, node] : names_) {
    std::string after = node->disk.substr(0, node->clean);
    const std::size_t dirty = node->cache.size() - node->clean;
    const std::size_t kept = static_cast<std::size_t>(rng_.below(dirty + 1));
    after.resize(node->clean + kept, '\0');
    for (std::size_t at = node->clean; at < after.size(); at = (at / sector + 1) * sector) {
      const std::size_t end = std::min(after.size(), (at / sector + 1) * sector);
      if (rng_.below(3) != 0) std::memcpy(after.data() + at, node->cache.data() + at, end - at);
    }
    node->cache = node->disk = after;
    node->clean = after.size();
  }
}

std::vector<std::filesystem::path> FakeDisk::files() const {
  std::vector<std::filesystem::path> paths;
  for (const auto& [path, node] : names_) paths.push_back(path);
  return paths;
}

std::string FakeDisk::content(const std::filesystem::path& path) const {
  return names_.at(path)->cache;
}

void FakeDisk::put(const std::filesystem::path& path, std::string content) {
  auto node = std::make_shared<Inode>();
  node->clean = content.size();
  node->cache = node->disk = std::move(content);
  names_[path] = disk_names_[path] = node;
}

void FakeDisk::erase(const std::filesystem::path& path) {
  names_.erase(path);
  disk_names_.erase(path);
}

Io<FileHandle> FakeDisk::create(const std::filesystem::path& path) {
  if (const auto error = before(Operation::create)) return std::unexpected(Errno{*error});
  if (names_.contains(path)) return std::unexpected(Errno{EEXIST});
  auto node = std::make_shared<Inode>();
  change({.added = path, .removed = {}, .node = node});
  open_[next_handle_] = node;
  return next_handle_++;
}

Io<FileHandle> FakeDisk::open_to_read(const std::filesystem::path& path) {
  if (dead_) return std::unexpected(Errno{EIO});
  const auto found = names_.find(path);
  if (found == names_.end()) return std::unexpected(Errno{ENOENT});
  open_[next_handle_] = found->second;
  return next_handle_++;
}

Io<std::size_t> FakeDisk::write(FileHandle file, std::string_view bytes) {
  if (const auto error = before(Operation::write)) return std::unexpected(Errno{*error});
  if (interrupts_ && !std::exchange(interrupted_, true)) return std::unexpected(Errno{EINTR});
  interrupted_ = false;
  Inode& node = *open_.at(file);
  if (kill_ && calls_ == kill_->call) {
    if (kill_->mode != Mode::kill) node.cache += bytes.substr(0, kill_->torn_bytes);
    die();
  }
  const std::uint64_t room = capacity_ - std::min(capacity_, used());
  if (room == 0) return std::unexpected(Errno{ENOSPC});
  const std::size_t count =
      std::min({bytes.size(),
                write_bytes_max_,
                static_cast<std::size_t>(std::min<std::uint64_t>(room, 1 << 30))});
  node.cache += bytes.substr(0, count);
  return count;
}

Io<std::size_t> FakeDisk::read_at(FileHandle file, std::span<char> buffer, std::uint64_t offset) {
  if (dead_) return std::unexpected(Errno{EIO});
  const std::string& cache = open_.at(file)->cache;
  if (offset >= cache.size()) return 0;
  const std::size_t count =
      std::min(buffer.size(), cache.size() - static_cast<std::size_t>(offset));
  std::memcpy(buffer.data(), cache.data() + offset, count);
  bytes_read_ += count;
  return count;
}

Io<std::uint64_t> FakeDisk::size_of(FileHandle file) {
  if (dead_) return std::unexpected(Errno{EIO});
  return open_.at(file)->cache.size();
}

// A sync that fails leaves pages that the kernel holds for clean and the disk does not have.
Io<void> FakeDisk::sync_file(FileHandle file) {
  const auto error = before(Operation::sync);
  if (dead_) return std::unexpected(Errno{EIO});
  Inode& node = *open_.at(file);
  node.disk.resize(node.cache.size(), '\0');
  if (!error)
    std::memcpy(node.disk.data() + node.clean,
                node.cache.data() + node.clean,
                node.cache.size() - node.clean);
  node.clean = node.cache.size();
  if (error) return std::unexpected(Errno{*error});
  return {};
}

Io<void> FakeDisk::sync_directory(const std::filesystem::path& path) {
  if (const auto error = before(Operation::sync_directory)) return std::unexpected(Errno{*error});
  std::vector<Change> rest;
  for (Change& change : pending_) {
    const auto& name = change.added.empty() ? change.removed : change.added;
    if (name.parent_path() == path) {
      apply(disk_names_, change);
    } else {
      rest.push_back(std::move(change));
    }
  }
  pending_ = std::move(rest);
  return {};
}

Io<void> FakeDisk::close(FileHandle file) {
  open_.erase(file);
  return {};
}

Io<void> FakeDisk::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (const auto error = before(Operation::rename)) return std::unexpected(Errno{*error});
  const auto found = names_.find(from);
  if (found == names_.end()) return std::unexpected(Errno{ENOENT});
  change({.added = to, .removed = from, .node = found->second});
  return {};
}

Io<void> FakeDisk::remove(const std::filesystem::path& path) {
  if (dead_) return std::unexpected(Errno{EIO});
  if (!names_.contains(path)) return std::unexpected(Errno{ENOENT});
  change({.added = {}, .removed = path, .node = nullptr});
  return {};
}

Io<void> FakeDisk::preallocate(const std::filesystem::path& path, std::uint64_t bytes) {
  if (const auto error = before(Operation::preallocate)) return std::unexpected(Errno{*error});
  const std::uint64_t have = names_.contains(path) ? names_.at(path)->cache.size() : 0;
  if (have >= bytes) return {};
  if (used() - have + bytes > capacity_) return std::unexpected(Errno{ENOSPC});
  if (!names_.contains(path))
    change({.added = path, .removed = {}, .node = std::make_shared<Inode>()});
  names_.at(path)->cache.resize(bytes, '\0');
  return {};
}

Io<void> FakeDisk::make_directory(const std::filesystem::path&) {
  if (dead_) return std::unexpected(Errno{EIO});
  return {};
}

Io<std::vector<std::string>> FakeDisk::list(const std::filesystem::path& path) {
  if (dead_) return std::unexpected(Errno{EIO});
  std::vector<std::string> found;
  for (const auto& [name, node] : names_) {
    if (name.parent_path() == path) found.push_back(name.filename().string());
  }
  return found;
}

}  // namespace assay::journal
