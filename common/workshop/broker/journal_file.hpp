#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "workshop/broker/journal.hpp"
#include "workshop/broker/journal_space.hpp"
#include "workshop/sqlite/database.hpp"

namespace workshop::detail {

enum class JournalVersion : char;

/// The file of a journal while a broker has it open: locked, checked, and marked as open, so that a
/// write-ahead log that is lost afterwards is missed. Not thread-safe.
class JournalFile : public SqliteDatabase {
 public:
  /// What a transaction does to the room that the journal takes.
  enum class Effect {
    adds,     ///< refused at the limit, and while the reserve is not whole
    notes,    ///< refused at the limit; gets the reserve
    settles,  ///< makes room, now or later: never refused for want of it, if the reserve suffices
  };

  /// When a transaction must be on the disk (docs/durability.md).
  enum class Sync {
    now,   ///< before it returns
    later  ///< with the next one that is synced: it survives a kill, but not a power cut before
           ///< that
  };

  /// Opens or creates it. A file that is refused is left as it is. Errors: as Journal.
  JournalFile(const std::string& path, std::uint64_t bytes_max);
  ~JournalFile();

  /// What was read at opening; once.
  Journal::Contents take_contents() { return std::move(contents_); }

  /// Runs `writes`, which add `size` to what is there, in one transaction and commits it. `action`
  /// is for messages: "acknowledge a message".
  void transact(Effect effect, Sync sync, std::string_view action, JournalSize size,
                const std::function<void()>& writes);
  /// Runs the writes of several operations in one transaction, where space().is_ample(). Any
  /// failure but that of the commit is definite, and undoes all of them.
  void transact_together(Sync sync, const std::function<void()>& writes);
  /// What the limit has to know of messages: JournalSpace.
  JournalSpace& space() noexcept { return space_; }

 private:
  void lock();
  JournalVersion version_found();
  void mark_open();
  void mark_closed() noexcept;
  void commit(Effect effect, std::uint64_t log_bytes, const std::function<void()>& writes);

  Journal::Contents contents_;
  JournalSpace space_;
  SqliteStatement begin_;
  SqliteStatement commit_;
  SqliteStatement rollback_;
};

}  // namespace workshop::detail
