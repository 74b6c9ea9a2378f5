#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/core/json.hpp"
#include "workshop/endpoint/entity_store.hpp"
#include "workshop/explore/world/statement.hpp"

/// A database as outbox libraries use one: tables of rows, queries, transactions that change
/// several rows at once. A table is a partition of the explored store, a row one document.
///
/// Simplified: a transaction is the reads before it, each a step of its own, and one step for its
/// COMMIT, which fails when a row that it wrote has changed since it was read. What a lock would
/// have made wait, conflicts; so this world finds what READ COMMITTED with row locks allows, and a
/// handler is retried where it would have waited.
namespace comparison {

using namespace workshop;

/// Wakes a relay or a cleaner, as its polling does: sent at the COMMIT that leaves it something to
/// do, so that polls that find nothing are not explored.
struct Poll {
  std::string why;
};
BOOST_DESCRIBE_STRUCT(Poll, (), (why))

/// A number as the id of a row: ten digits, so that ids are in the order of the numbers.
inline std::string numbered(std::size_t number) {
  auto digits = std::to_string(number);
  return std::string(10 - digits.size(), '0') + digits;
}

struct Row {
  std::string id;
  std::string body;
  std::string version;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, body, version))

/// SELECT * FROM table ORDER BY id: all rows at one moment. One step.
Task<std::vector<Row>> query(Store& store, std::string table);

/// The next number of a sequence, which no ROLLBACK takes back. One step.
Task<int> next_of_sequence(Store& store, std::string sequence);

/// What one transaction writes. Build it, then commit it; a value.
class Transaction {
  struct Write {
    Key key;
    std::string body;
    enum class Kind { put, erase, check };
    Kind kind = Kind::put;
    bool conditional = false;
    std::string version;  ///< of a conditional write; "": it must not exist

    std::string_view verb() const {
      if (kind == Kind::erase) return "delete";
      return conditional && version.empty() ? "insert" : "update";
    }
  };

 public:
  /// Saves the entity if it was not saved since it was loaded.
  template <class T>
  Transaction& save(const Entity<T>& entity) {
    return add({entity.key, to_json(entity.value), Write::Kind::put, true,
                entity.version ? entity.version->tag : std::string()});
  }
  /// INSERT: the row must not exist.
  Transaction& insert(std::string table, std::string id, std::string body) {
    return add({{std::move(table), std::move(id)}, std::move(body), Write::Kind::put, true, {}});
  }
  /// INSERT or UPDATE, whatever is there.
  Transaction& set(std::string table, std::string id, std::string body) {
    return add({{std::move(table), std::move(id)}, std::move(body), Write::Kind::put, false, {}});
  }
  /// DELETE; nothing happens when there is no such row.
  Transaction& erase(std::string table, std::string id) {
    return add({{std::move(table), std::move(id)}, {}, Write::Kind::erase, false, {}});
  }
  /// UPDATE of a row as it was read: fails when it has changed.
  Transaction& update(std::string table, const Row& row, std::string body) {
    return add({{std::move(table), row.id}, std::move(body), Write::Kind::put, true, row.version});
  }
  /// The entity must be as it was loaded; nothing is written to it.
  template <class T>
  Transaction& expect(const Entity<T>& entity) {
    return add({entity.key,
                {},
                Write::Kind::check,
                true,
                entity.version ? entity.version->tag : std::string()});
  }
  /// Appends to a log: its rows are numbered from 1 in the order of the COMMITs, as the entries of
  /// a database's log are.
  Transaction& append(std::string log, std::string body) {
    appends_.push_back({std::move(log), std::move(body)});
    return *this;
  }
  /// A poll of this queue finds something to do after the COMMIT.
  Transaction& wakes(std::string queue) {
    bells_.push_back(std::move(queue));
    return *this;
  }

  /// COMMIT: all of it or nothing. One step. VersionConflict when a condition does not hold.
  Task<void> commit(Store& store) const;

 private:
  Transaction& add(Write write) {
    writes_.push_back(std::move(write));
    return *this;
  }
  static void check(const Write& write, const explore::StatementScope& scope);

  struct Append {
    std::string log;
    std::string body;
  };

  std::vector<Write> writes_;
  std::vector<Append> appends_;
  std::vector<std::string> bells_;
};

}  // namespace comparison
