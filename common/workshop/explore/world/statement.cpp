#include "workshop/explore/world/statement.hpp"

#include <stdexcept>

#include "workshop/explore/world/narrate.hpp"
#include "workshop/explore/world/parts.hpp"
#include "workshop/explore/world/scheduled_store.hpp"

namespace workshop::explore {

StatementScope::StatementScope(WorldParts& parts, const Process& process, std::size_t store)
    : parts_(&parts), process_(&process), store_(store) {}

std::optional<Document> StatementScope::get(const Key& key) const {
  return run_inline(parts_->stores[store_]->get(key));
}

std::vector<Document> StatementScope::documents(const std::string& partition) const {
  auto all = parts_->view().documents(store_);
  std::erase_if(all, [&](const Document& one) { return one.key.partition != partition; });
  return all;
}

Timestamp StatementScope::now() const { return parts_->clock.now(); }

std::size_t StatementScope::visible_count(const std::string& queue) const {
  return parts_->broker->visible_count(queue);
}

void StatementScope::put(const Key& key, std::string body) {
  changed_ = true;
  run_inline(parts_->stores[store_]->put(key, std::move(body), Expected::any()));
  parts_->oracle->written(process_->index, key);
}

void StatementScope::erase(const Key& key) {
  changed_ = true;
  run_inline(parts_->stores[store_]->erase(key, Expected::any()));
  parts_->oracle->written(process_->index, key);
}

void StatementScope::send(const std::string& queue, const Message& message, bool told) {
  changed_ = true;
  run_inline(parts_->broker->send(queue, message));
  if (told) parts_->oracle->sent(process_->index, message);
}

Task<std::string> run_statement(Store& store, std::string words, std::string arguments,
                                Statement statement) {
  auto* scheduled = dynamic_cast<ScheduledStore*>(&store);
  if (scheduled == nullptr) throw InvalidRequest("a statement runs in an exploration only");
  return scheduled->run(std::move(words), std::move(arguments), std::move(statement));
}

Task<std::string> ScheduledStore::run(std::string words, std::string arguments,
                                      Statement statement) {
  const auto digest = Digest().add(index_).add(words).add(arguments).value();
  Step& step = co_await process_->point(OperationKind::statement, digest);
  co_return run_narrated<std::string>(
      step,
      [&] {
        before_write();
        StatementScope scope(*parts_, *process_, index_);
        try {
          return statement(scope);
        } catch (const Error& error) {
          if (!scope.changed()) throw;
          throw std::logic_error("a statement failed after a change: " + std::string(error.what()));
        }
      },
      [](const std::string& answer) { return Digest().add(answer).value(); }, [&] { return words; },
      [](const std::string& answer) {
        return answer.empty() ? std::string() : " → " + Words::of_json(answer);
      });
}

}  // namespace workshop::explore
