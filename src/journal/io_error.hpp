#pragma once

#include "assay/result.hpp"
#include "journal/storage.hpp"

#include <filesystem>
#include <string_view>

namespace assay::journal {

// The Error of a failed call: "cannot <what> <path>: <errno's text>", and one fix where one is
// known. ENOSPC and EDQUOT are Errc::disk_full, everything else Errc::io.
[[nodiscard]] Error io_error(std::string_view what, const std::filesystem::path& path, Errno code);

// Appends all of the bytes; a short write or EINTR is invisible. A write that takes nothing at all,
// again and again, is EIO.
[[nodiscard]] Io<void> write_all(Storage& storage, FileHandle file, std::string_view bytes);

// Fills the buffer from `offset` on as far as the file goes, and says how far.
[[nodiscard]] Io<std::size_t> read_full(Storage& storage,
                                        FileHandle file,
                                        std::span<char> buffer,
                                        std::uint64_t offset);

}  // namespace assay::journal
