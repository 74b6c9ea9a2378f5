#include "workshop/broker/journal_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>

#include "workshop/core/error.hpp"

namespace workshop::detail {
namespace {

constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kFrameBytes = kPageBytes + 24;
constexpr std::uint64_t kLogHeaderBytes = 32;
constexpr std::uint64_t kReserveBytes = 1024 * 1024;

// A message grows when it is settled: its count becomes a number of more bytes, and it gets a
// header when it is given up. Where messages share a page, one byte more can split it into two.
constexpr std::uint64_t kDeadLetterBytes = 130;
constexpr std::uint64_t kSharedPageBytes = kPageBytes / 2;

}  // namespace

JournalSpace::JournalSpace(SqliteDatabase& file, std::uint64_t bytes_max)
    : file_(file),
      bytes_max_(bytes_max),
      reserve_bytes_(bytes_max == 0 ? kReserveBytes : std::min(kReserveBytes, bytes_max / 16)) {}

void JournalSpace::note_message(std::uint64_t sequence, std::uint64_t bytes) {
  if (bytes_max_ == 0) return;
  forget_message(sequence);
  const auto growth = kDeadLetterBytes + std::min(bytes, kSharedPageBytes);
  growths_.emplace(sequence, growth);
  growth_bytes_ += growth;
}

void JournalSpace::note_largest(std::uint64_t bytes) noexcept {
  largest_bytes_ = std::max(largest_bytes_, bytes);
}

void JournalSpace::note_reason(std::uint64_t bytes) noexcept {
  largest_reason_bytes_ = std::max(largest_reason_bytes_, bytes);
}

void JournalSpace::forget_message(std::uint64_t sequence) noexcept {
  const auto found = growths_.find(sequence);
  if (found == growths_.end()) return;
  growth_bytes_ -= found->second;
  growths_.erase(found);
}

/// The pages that the messages fill, and for each up to three of the trees that lead to it, and
/// page 1 and those that list free pages.
std::uint64_t JournalSpace::log_bytes_of(JournalSize size, bool adds) const noexcept {
  const auto bytes = size.bytes + (adds ? 0 : largest_bytes_ + largest_reason_bytes_);
  const auto pages = bytes / (kPageBytes - 96) + 3 * std::uint64_t{size.rows_count} + 4;
  return kLogHeaderBytes + pages * kFrameBytes;
}

std::uint64_t JournalSpace::file_bytes() const {
  return static_cast<std::uint64_t>(file_.number("PRAGMA page_count")) * kPageBytes;
}

/// Adding may make the file larger than it is by as much as is logged.
void JournalSpace::prepare_log(std::uint64_t log_bytes) {
  if (bytes_max_ == 0) return;
  if (file_bytes() + file_.log_bytes() + 2 * log_bytes + reserve_bytes_ > bytes_max_) {
    file_.checkpoint(SqliteLog::emptied);
  }
}

void JournalSpace::require_fit(std::uint64_t log_bytes) const {
  if (bytes_max_ == 0) return;
  const auto log = std::max(file_.log_bytes() + log_bytes, log_bytes_of({}, false));
  const auto free = static_cast<std::uint64_t>(file_.number("PRAGMA freelist_count")) * kPageBytes;
  const auto growth = growth_bytes_ > free ? growth_bytes_ - free : 0;
  const auto needed = file_bytes() + growth + reserve_bytes_ + log;
  if (needed <= bytes_max_) return;
  throw Unavailable(fmt::format(
      "{} is full: it would need {} bytes, and may have journal_bytes_max {}; nothing was written. "
      "Acknowledge messages, or open it with a larger journal_bytes_max",
      file_.name(), needed, bytes_max_));
}

/// "", or why not.
std::string JournalSpace::write_reserve() noexcept {
  try {
    // Bytes that do not repeat, so that a file system that compresses keeps room for them.
    std::string bytes(reserve_bytes_, '\0');
    std::uint64_t number = 0x9e3779b97f4a7c15;
    for (auto& byte : bytes) {
      number = number * 6364136223846793005 + 1442695040888963407;
      byte = static_cast<char>(number >> 56);
    }
    errno = 0;
    std::ofstream file(reserve_path(), std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (file) return {};
    const std::string why = std::strerror(errno);
    std::error_code ignored;
    std::filesystem::remove(reserve_path(), ignored);  // a part of it is of no use to anybody
    return why;
  } catch (const std::exception& error) {
    return error.what();
  }
}

void JournalSpace::try_to_restore_reserve() noexcept {
  if (reserve_is_whole_) return;
  std::error_code none;
  reserve_is_whole_ = std::filesystem::file_size(reserve_path(), none) == reserve_bytes_ && !none;
  if (!reserve_is_whole_) reserve_is_whole_ = write_reserve().empty();
}

void JournalSpace::require_reserve() {
  if (reserve_is_whole_) return;
  const auto why = write_reserve();
  reserve_is_whole_ = why.empty();
  if (reserve_is_whole_) return;
  throw Unavailable(fmt::format(
      "{} takes no more messages: it cannot keep its reserve '{}' of {} bytes: {}; nothing was "
      "written. Free space on its disk and try again; meanwhile messages can be received, "
      "acknowledged and abandoned",
      file_.name(), reserve_path(), reserve_bytes_, why));
}

bool JournalSpace::give_up_reserve() noexcept {
  if (!reserve_is_whole_) return false;
  std::error_code none;
  std::filesystem::remove(reserve_path(), none);
  reserve_is_whole_ = false;
  reuse_log();
  return true;
}

}  // namespace workshop::detail
