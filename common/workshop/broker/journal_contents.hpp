#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workshop/broker/journal.hpp"
#include "workshop/core/message.hpp"
#include "workshop/sqlite/database.hpp"

namespace workshop::detail {

/// The versions of a journal that are read: '1' has no reasons why deliveries were abandoned.
enum class JournalVersion : char { without_reasons = '1', current = '2' };

/// The SQL that creates the tables of a journal.
std::string journal_schema(JournalVersion version);
/// The SQL that makes one of the current version of one of version 1.
std::string_view journal_upgrade();

/// Reads a whole journal, and checks it: that SQLite finds the file sound, that the tables are a
/// journal's, and that every entry is one that a broker can have written. Writes nothing. Throws
/// Damaged, which names the entry, what is wrong with it, and what can be saved.
Journal::Contents read_journal(SqliteDatabase& file, JournalVersion version);

/// The bytes of a message that a journal stores, without the few that it needs for itself.
std::uint64_t stored_bytes(const Message& message);

/// Headers as bytes: each name and value after its length. Not JSON, because a header may contain
/// bytes that are not UTF-8.
std::string encode_headers(const decltype(Message::headers)& headers);
/// Whether the bytes are headers, exactly as `encode_headers` writes them; if so, `headers` are
/// these.
bool decode_headers(std::string_view bytes, decltype(Message::headers)& headers);

}  // namespace workshop::detail
