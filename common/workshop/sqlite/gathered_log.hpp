#pragma once

struct sqlite3;

namespace workshop::detail {

/// A file system for SQLite, over the one that is the default when a file is opened. It writes what
/// a commit adds to a write-ahead log in pieces of up to 128 KiB, where SQLite writes two for each
/// page: a page costs the system less than a call does.
///
/// What is gathered is written before the log is synced, read, measured, cut or closed, so before
/// anybody is told of the commit. A failure to write it is that of the sync. The commit's last
/// frame is the last of it: what a full disk cuts off has no commit.

/// Its name, for sqlite3_open_v2; nullptr when it cannot serve the default file system. Registers
/// it at first. Any thread may call.
const char* gathered_log_file_system() noexcept;

/// Whether the log of this connection is synced at each commit, as it is at first. If not, what a
/// commit adds is still written before anybody is told of it, so that it survives a kill; SQLite's
/// syncs around a checkpoint and a restart of the log stay. SQLite must be at synchronous=FULL.
/// False, and without effect, when the connection has no log open, or one of another file system.
bool sync_log_at_commit(sqlite3* database, bool on) noexcept;

/// From now on the log of this connection grows ahead of what is written, by as much as it has and
/// up to 256 KiB: a sync of a file that has become longer takes twice as long as one of a file that
/// has not. What the disk has no room for is left out. Does nothing for another file system.
void grow_log_ahead(sqlite3* database) noexcept;

}  // namespace workshop::detail
