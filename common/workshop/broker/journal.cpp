#include "workshop/broker/journal.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "workshop/broker/broker_state.hpp"

namespace workshop {
namespace {

// The application id says that a file is a journal, and of which version: "WsJ1", "WsJ2".
constexpr std::int64_t kJournal = 0x57734a00;
constexpr std::int64_t kVersion = '2';
constexpr std::uint64_t kPageBytes = 4096;

constexpr const char* kSchema = R"sql(
  CREATE TABLE queue(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    lease_ms INTEGER NOT NULL, deliveries_max INTEGER NOT NULL);
  CREATE TABLE subscription(
    topic TEXT NOT NULL, queue INTEGER NOT NULL, PRIMARY KEY(topic, queue));
  -- AUTOINCREMENT: a sequence is never used again, or an old lease tag could fit a new delivery.
  CREATE TABLE message(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, due_ms INTEGER NOT NULL,
    delivery_count INTEGER NOT NULL, id BLOB NOT NULL, type BLOB NOT NULL, body BLOB NOT NULL,
    headers BLOB NOT NULL, last_failure BLOB NOT NULL DEFAULT x'');
)sql";

/// What version 1 lacks.
constexpr const char* kUpgrade =
    "ALTER TABLE message ADD COLUMN last_failure BLOB NOT NULL DEFAULT x'';";

/// Headers as bytes: each name and value after its length. Not JSON, because a header may contain
/// bytes that are not UTF-8.
std::string encode(const decltype(Message::headers)& headers) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    text += fmt::format("{}:", part.size());
    text += part;
  };
  for (const auto& [name, value] : headers) {
    add(name);
    add(value);
  }
  return text;
}

decltype(Message::headers) decode(std::string_view text) {
  const auto take = [&text] {
    std::size_t size = 0;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) throw Unavailable("the journal is damaged: headers");
    for (const char digit : text.substr(0, colon))
      size = size * 10 + static_cast<std::size_t>(digit - '0');
    std::string part(text.substr(colon + 1, size));
    text.remove_prefix(std::min(text.size(), colon + 1 + size));
    return part;
  };
  decltype(Message::headers) headers;
  while (!text.empty()) {
    auto name = take();
    headers.insert_or_assign(std::move(name), take());
  }
  return headers;
}

/// One prepared statement; `Use` binds, steps and leaves it reset.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) !=
        SQLITE_OK) {
      throw Unavailable(
          fmt::format("the journal's statement '{}' fails: {}", sql, sqlite3_errmsg(database)));
    }
  }
  ~Statement() { sqlite3_finalize(handle_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  class Use {
   public:
    explicit Use(Statement& statement) : handle_(statement.handle_) {}
    ~Use() {
      sqlite3_reset(handle_);
      sqlite3_clear_bindings(handle_);
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    Use& bind(std::uint64_t value) {
      sqlite3_bind_int64(handle_, ++parameter_, static_cast<sqlite3_int64>(value));
      return *this;
    }
    Use& bind(Timestamp value) {
      sqlite3_bind_int64(handle_, ++parameter_, value.time_since_epoch().count());
      return *this;
    }
    /// `bytes` must live until the statement has run, and come from a string: an empty view may
    /// have a null pointer, which would bind NULL.
    Use& bind(std::string_view bytes) {
      sqlite3_bind_blob64(handle_, ++parameter_, bytes.data(), bytes.size(), SQLITE_STATIC);
      return *this;
    }
    int step() { return sqlite3_step(handle_); }
    std::int64_t integer(int column) { return sqlite3_column_int64(handle_, column); }
    std::string bytes(int column) {
      const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
      return data ? std::string(data, size) : std::string();
    }

   private:
    sqlite3_stmt* handle_;
    int parameter_ = 0;
  };

 private:
  sqlite3_stmt* handle_ = nullptr;
};

/// The connection alone, a class of its own, so that the statements are destroyed before it is
/// closed.
class Connection {
 public:
  Connection(const std::filesystem::path& path, std::uint64_t bytes_max) : path_(path.string()) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
      const auto what = fmt::format("the journal '{}' cannot be opened: {}; does its folder exist?",
                                    path_, sqlite3_errmsg(handle_));
      sqlite3_close(handle_);
      throw Unavailable(what);
    }
    try {
      prepare(bytes_max);
    } catch (...) {
      sqlite3_close(handle_);
      throw;
    }
  }
  ~Connection() { sqlite3_close(handle_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const noexcept { return handle_; }
  const std::string& path() const noexcept { return path_; }

 private:
  void run(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
    switch (sqlite3_errcode(handle_)) {
      case SQLITE_BUSY:
        throw Unavailable(fmt::format(
            "the journal '{}' is in use by another broker; stop it, or choose another journal_path",
            path_));
      case SQLITE_NOTADB:
        throw InvalidRequest(fmt::format("the file '{}' is no broker's journal", path_));
      default:
        throw Unavailable(
            fmt::format("the journal '{}' cannot be opened: {}", path_, sqlite3_errmsg(handle_)));
    }
  }
  std::int64_t number(const char* sql) {
    Statement statement(handle_, sql);
    Statement::Use use(statement);
    return use.step() == SQLITE_ROW ? use.integer(0) : -1;
  }
  std::int64_t version_found() {
    const auto id = number("PRAGMA application_id");
    const auto version = id - kJournal;
    if (version < '1' || version > '9') {
      throw InvalidRequest(fmt::format("the file '{}' is no broker's journal", path_));
    }
    if (version > kVersion) {
      throw InvalidRequest(
          fmt::format("the journal '{}' has version {}, and this program knows up to {}; open it "
                      "with the program that wrote it, or a later one",
                      path_, static_cast<char>(version), static_cast<char>(kVersion)));
    }
    return version;
  }
  void prepare(std::uint64_t bytes_max) {
    // Exclusive locking first: it keeps the lock for as long as the file is open, and the log's
    // index in memory.
    run("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;");
    const bool is_new = number("SELECT count(*) FROM sqlite_schema") == 0;
    const auto version = is_new ? 0 : version_found();
    run("COMMIT; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA fullfsync=1;");
    if (version != kVersion) {
      run(fmt::format("BEGIN; {} PRAGMA application_id={}; COMMIT;", is_new ? kSchema : kUpgrade,
                      kJournal + kVersion));
    }
    if (bytes_max > 0) {
      run(fmt::format("PRAGMA max_page_count={};",
                      std::clamp<std::uint64_t>(bytes_max / kPageBytes, 1,
                                                std::numeric_limits<std::int32_t>::max())));
    }
  }

  std::string path_;
  sqlite3* handle_ = nullptr;
};

}  // namespace

class Journal::Database {
 public:
  Database(const std::filesystem::path& path, std::uint64_t bytes_max)
      : connection_(path, bytes_max) {}

  /// Runs the writes in one transaction and commits it.
  template <class Writes>
  void transact(std::string_view action, Writes writes) {
    run(begin, action);
    try {
      writes();
    } catch (...) {
      roll_back();
      throw;
    }
    int result = SQLITE_OK;
    {
      Statement::Use use(commit);
      result = use.step();
    }
    if (result == SQLITE_DONE) return;
    const std::string reason = sqlite3_errmsg(connection_.handle());
    roll_back();
    // The log may hold the commit record although its sync failed: a restart would find it.
    throw OutcomeUnknown(
        fmt::format("the journal '{}' failed to {}: {}; it may show after a restart",
                    connection_.path(), action, reason));
  }

  void run(Statement::Use& use, std::string_view action) {
    if (use.step() == SQLITE_DONE) return;
    throw Unavailable(fmt::format("the journal '{}' refused to {}: {}; nothing was written",
                                  connection_.path(), action,
                                  sqlite3_errmsg(connection_.handle())));
  }

  template <class Read>
  void each_row(const char* sql, Read read) {
    Statement statement(connection_.handle(), sql);
    Statement::Use use(statement);
    int result = SQLITE_OK;
    while ((result = use.step()) == SQLITE_ROW) read(use);
    if (result != SQLITE_DONE) {
      throw Unavailable(fmt::format("the journal '{}' cannot be read: {}", connection_.path(),
                                    sqlite3_errmsg(connection_.handle())));
    }
  }

 private:
  void run(Statement& statement, std::string_view action) {
    Statement::Use use(statement);
    run(use, action);
  }
  void roll_back() noexcept {
    // After some failures SQLite has rolled back by itself.
    if (sqlite3_get_autocommit(connection_.handle()) == 0) Statement::Use(rollback).step();
  }

  Connection connection_;

 public:
  Statement begin{connection_.handle(), "BEGIN"};
  Statement commit{connection_.handle(), "COMMIT"};
  Statement rollback{connection_.handle(), "ROLLBACK"};
  Statement put_queue{connection_.handle(),
                      "INSERT OR REPLACE INTO queue(number, name, lease_ms, deliveries_max)"
                      " VALUES(?1, CAST(?2 AS TEXT), ?3, ?4)"};
  Statement subscribe{connection_.handle(),
                      "INSERT OR IGNORE INTO subscription(topic, queue)"
                      " VALUES(CAST(?1 AS TEXT), ?2)"};
  Statement insert{connection_.handle(),
                   "INSERT INTO message(sequence, queue, due_ms, delivery_count, id, type, body,"
                   " headers) VALUES(?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)"};
  Statement count{connection_.handle(), "UPDATE message SET delivery_count=?1 WHERE sequence=?2"};
  Statement fail{connection_.handle(), "UPDATE message SET last_failure=?1 WHERE sequence=?2"};
  Statement erase{connection_.handle(), "DELETE FROM message WHERE sequence=?1"};
  Statement copy{connection_.handle(),
                 "INSERT INTO message(sequence, queue, due_ms, delivery_count, id, type, body,"
                 " headers) SELECT ?1, ?2, ?3, 0, id, type, body, ?4 FROM message"
                 " WHERE sequence=?5"};
};

Journal::Journal(std::filesystem::path path, std::uint64_t bytes_max)
    : database_(std::make_unique<Database>(path, bytes_max)) {}

Journal::~Journal() = default;

Journal::Contents Journal::load() {
  Contents contents;
  database_->each_row("SELECT number, name, lease_ms, deliveries_max FROM queue ORDER BY number",
                      [&](Statement::Use& row) {
                        contents.queues.push_back({static_cast<std::uint32_t>(row.integer(0)),
                                                   row.bytes(1),
                                                   {std::chrono::milliseconds(row.integer(2)),
                                                    static_cast<std::uint32_t>(row.integer(3))}});
                      });
  database_->each_row("SELECT topic, queue FROM subscription ORDER BY rowid",
                      [&](Statement::Use& row) {
                        contents.subscriptions.push_back(
                            {row.bytes(0), static_cast<std::uint32_t>(row.integer(1))});
                      });
  database_->each_row(
      "SELECT sequence, queue, due_ms, delivery_count, id, type, body, headers, last_failure"
      " FROM message"
      " ORDER BY sequence",
      [&](Statement::Use& row) {
        contents.messages.push_back(
            {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint32_t>(row.integer(1)),
             Timestamp{std::chrono::milliseconds(row.integer(2))},
             static_cast<std::uint32_t>(row.integer(3)),
             Message{MessageId{row.bytes(4)}, row.bytes(5), row.bytes(6), decode(row.bytes(7))},
             row.bytes(8)});
      });
  database_->each_row("SELECT seq FROM sqlite_sequence WHERE name='message'",
                      [&](Statement::Use& row) {
                        contents.next_sequence = static_cast<std::uint64_t>(row.integer(0)) + 1;
                      });
  return contents;
}

void Journal::put_queue(const Queue& queue) {
  const auto action = fmt::format("declare queue '{}'", queue.name);
  database_->transact(action, [&] {
    Statement::Use use(database_->put_queue);
    use.bind(std::uint64_t{queue.number}).bind(queue.name);
    use.bind(static_cast<std::uint64_t>(queue.options.lease_ms.count()));
    use.bind(std::uint64_t{queue.options.deliveries_max});
    database_->run(use, action);
  });
}

void Journal::add_subscription(const Subscription& subscription) {
  const auto action = fmt::format("subscribe to '{}'", subscription.topic);
  database_->transact(action, [&] {
    Statement::Use use(database_->subscribe);
    use.bind(subscription.topic).bind(std::uint64_t{subscription.queue});
    database_->run(use, action);
  });
}

void Journal::insert(const std::vector<Insertion>& insertions) {
  constexpr std::string_view kAction = "add a message";
  database_->transact(kAction, [&] {
    for (const auto& insertion : insertions) {
      const auto& message = *insertion.message;
      const auto headers = encode(message.headers);
      Statement::Use use(database_->insert);
      use.bind(insertion.sequence).bind(std::uint64_t{insertion.queue}).bind(insertion.due);
      use.bind(message.id.value).bind(message.type).bind(message.body).bind(headers);
      database_->run(use, kAction);
    }
  });
}

void Journal::set_delivery_count(std::uint64_t sequence, std::uint32_t delivery_count) {
  constexpr std::string_view kAction = "count a delivery";
  database_->transact(kAction, [&] {
    Statement::Use use(database_->count);
    use.bind(std::uint64_t{delivery_count}).bind(sequence);
    database_->run(use, kAction);
  });
}

void Journal::set_last_failure(std::uint64_t sequence, const std::string& failure) {
  constexpr std::string_view kAction = "note why a delivery was abandoned";
  database_->transact(kAction, [&] {
    Statement::Use use(database_->fail);
    use.bind(failure).bind(sequence);
    database_->run(use, kAction);
  });
}

void Journal::erase(std::uint64_t sequence) {
  constexpr std::string_view kAction = "acknowledge a message";
  database_->transact(kAction, [&] {
    Statement::Use use(database_->erase);
    use.bind(sequence);
    database_->run(use, kAction);
  });
}

void Journal::relocate(const std::vector<Relocation>& relocations) {
  constexpr std::string_view kAction = "move a message to or from the dead-letter queue";
  database_->transact(kAction, [&] {
    for (const auto& relocation : relocations) {
      const auto headers = encode(relocation.message->headers);
      Statement::Use copy(database_->copy);
      copy.bind(relocation.to_sequence).bind(std::uint64_t{relocation.queue});
      copy.bind(QueueEntry::kNow).bind(headers).bind(relocation.from_sequence);
      database_->run(copy, kAction);
      Statement::Use erase(database_->erase);
      erase.bind(relocation.from_sequence);
      database_->run(erase, kAction);
    }
  });
}

}  // namespace workshop
