#include "world/database.hpp"

#include <fmt/format.h>

namespace comparison {
namespace {

std::string name_of(const Key& key) { return key.partition + "/" + key.id; }

}  // namespace

Task<std::vector<Row>> query(Store& store, std::string table) {
  const auto answer = co_await explore::run_statement(
      store, "select from " + table, {}, [table](explore::StatementScope& scope) {
        std::vector<Row> rows;
        for (auto& document : scope.documents(table)) {
          rows.push_back({document.key.id, std::move(document.body), document.version.tag});
        }
        return to_json(rows);
      });
  co_return from_json<std::vector<Row>>(answer);
}

Task<int> next_of_sequence(Store& store, std::string sequence) {
  const auto answer = co_await explore::run_statement(
      store, "nextval " + sequence, {}, [sequence](explore::StatementScope& scope) {
        const Key key{"sequences", sequence};
        const auto row = scope.get(key);
        const auto next = std::to_string((row ? from_json<int>(row->body) : 0) + 1);
        scope.put(key, next);
        return next;
      });
  co_return from_json<int>(answer);
}

void Transaction::check(const Write& write, const explore::StatementScope& scope) {
  if (!write.conditional) return;
  const auto row = scope.get(write.key);
  const auto version = row ? row->version.tag : std::string();
  if (version != write.version) throw VersionConflict(name_of(write.key) + " has changed");
}

Task<void> Transaction::commit(Store& store) const {
  std::string words = "commit:";
  std::string arguments;
  for (const auto& write : writes_) {
    if (write.kind != Write::Kind::check) {
      words +=
          fmt::format("{} {} {}", words.back() == ':' ? "" : ",", write.verb(), name_of(write.key));
    }
    arguments += fmt::format("{}:{}{}", write.body.size(), write.body, write.version);
  }
  for (const auto& append : appends_) {
    words += " append to " + append.log;
    arguments += append.body;
  }
  std::vector<Message> bells;
  for (const auto& bell : bells_) {
    bells.push_back(make_message(Poll{bell}, MessageId{"poll-" + Ids::current().next()}));
  }
  co_await explore::run_statement(store, std::move(words), std::move(arguments),
                                  [writes = writes_, appends = appends_, queues = bells_,
                                   bells](explore::StatementScope& scope) {
                                    for (const auto& write : writes) check(write, scope);
                                    for (const auto& write : writes) {
                                      if (write.kind == Write::Kind::put)
                                        scope.put(write.key, write.body);
                                      if (write.kind == Write::Kind::erase) scope.erase(write.key);
                                    }
                                    for (const auto& [log, body] : appends) {
                                      const auto rows = scope.documents(log);
                                      const auto last =
                                          rows.empty() ? 0 : std::stoull(rows.back().key.id);
                                      scope.put({log, numbered(last + 1)}, body);
                                    }
                                    for (std::size_t i = 0; i < queues.size(); ++i) {
                                      if (scope.visible_count(queues[i]) == 0)
                                        scope.send(queues[i], bells[i], false);
                                    }
                                    return std::string();
                                  });
}

}  // namespace comparison
