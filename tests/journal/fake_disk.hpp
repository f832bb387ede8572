#pragma once

// A disk in memory that can be filled, broken, or have its power cut at any call.

#include "core/rng.hpp"
#include "journal/storage.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::journal {

// The process ends inside a call.
struct Killed {};

class FakeDisk final : public Storage {
 public:
  // What happens at the n-th call that changes something (counted from 1).
  enum class Mode : std::uint8_t {
    kill,   // the process ends before the call; the cache lives on
    torn,   // a write does a part of its work first
    power,  // as torn, and the cache is gone: what was not synced survives by chance
  };
  struct Kill {
    std::uint64_t call = 0;
    Mode mode = Mode::kill;
    std::size_t torn_bytes = 0;
  };
  enum class Operation : std::uint8_t { create, write, sync, sync_directory, rename, preallocate };
  struct Fault {
    Operation operation = Operation::write;
    std::uint64_t nth = 0;  // from 1
    int error = 0;
    bool for_good = false;
  };

  explicit FakeDisk(std::uint64_t seed = 1) : rng_(seed) {}

  void arm(Kill kill) { kill_ = kill; }
  void arm(Fault fault) { fault_ = fault, fault_seen_ = 0; }
  void disarm() { kill_.reset(), fault_.reset(); }
  void limit_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  void write_at_most(std::size_t bytes) { write_bytes_max_ = bytes; }
  void interrupt_writes() { interrupts_ = true; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }
  [[nodiscard]] bool fault_fired() const { return fault_fired_; }
  // A new process: after a kill, what the old one left; after a power cut, what the disk held.
  void restart();
  // As restart() after a power cut.
  void cut_power();

  [[nodiscard]] std::vector<std::filesystem::path> files() const;
  [[nodiscard]] bool has(const std::filesystem::path& path) const { return names_.contains(path); }
  [[nodiscard]] std::string content(const std::filesystem::path& path) const;
  void put(const std::filesystem::path& path, std::string content);  // synced
  void erase(const std::filesystem::path& path);

  Io<FileHandle> create(const std::filesystem::path& path) override;
  Io<FileHandle> open_to_read(const std::filesystem::path& path) override;
  Io<std::size_t> write(FileHandle file, std::string_view bytes) override;
  Io<std::size_t> read_at(FileHandle file, std::span<char> buffer, std::uint64_t offset) override;
  Io<std::uint64_t> size_of(FileHandle file) override;
  Io<void> sync_data(FileHandle file) override { return sync_file(file); }
  Io<void> sync_file(FileHandle file) override;
  Io<void> sync_directory(const std::filesystem::path& path) override;
  Io<void> close(FileHandle file) override;
  Io<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
  Io<void> remove(const std::filesystem::path& path) override;
  Io<void> preallocate(const std::filesystem::path& path, std::uint64_t bytes) override;
  Io<void> make_directory(const std::filesystem::path& path) override;
  Io<std::vector<std::string>> list(const std::filesystem::path& path) override;

 private:
  struct Inode {
    std::string cache;
    std::string disk;
    std::size_t clean = 0;  // bytes of cache that the kernel holds for written
  };
  using Node = std::shared_ptr<Inode>;  // owned by names and open handles
  using Names = std::map<std::filesystem::path, Node>;
  struct Change {                   // of the names, not yet on disk
    std::filesystem::path added;    // empty: none
    std::filesystem::path removed;  // empty: none
    Node node;
  };

  // The error that this call is to give, if any; throws Killed when it is the last.
  std::optional<int> before(Operation operation);
  void die();
  void change(Change change);
  static void apply(Names& names, const Change& change);
  [[nodiscard]] std::uint64_t used() const;

  Rng rng_;
  Names names_;
  Names disk_names_;
  std::vector<Change> pending_;
  std::map<FileHandle, Node> open_;
  FileHandle next_handle_ = 3;
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::optional<Kill> kill_;
  std::optional<Fault> fault_;
  std::uint64_t fault_seen_ = 0;
  bool fault_fired_ = false;
  bool dead_ = false;
  bool power_lost_ = false;
  bool interrupts_ = false;
  bool interrupted_ = false;
  std::uint64_t capacity_ = std::numeric_limits<std::uint64_t>::max();
  std::size_t write_bytes_max_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace assay::journal
