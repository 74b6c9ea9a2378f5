#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/world/parts.hpp"
#include "workshop/explore/world/process.hpp"
#include "workshop/explore/world/statement.hpp"

namespace workshop::explore {

/// A store as one process sees it: every operation is a scheduling point first, and may be refused
/// there or lose its answer. The documents are the inner store's. Used by the explorer's thread
/// only.
class ScheduledStore final : public Store {
 public:
  /// `parts` and `process` must outlive it; `index` is the number of the store in the world.
  ScheduledStore(WorldParts& parts, Process& process, std::size_t index)
      : parts_(&parts), process_(&process), index_(index) {}

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override;

  /// See run_statement.
  Task<std::string> run(std::string words, std::string arguments, Statement statement);

 private:
  ExplorableStore& inner() const noexcept { return *parts_->stores[index_]; }
  Words& words() const noexcept { return parts_->words; }
  ExplorableStore& before_write() const;
  void change_meanwhile(const Key& key) const;

  WorldParts* parts_;
  Process* process_;
  std::size_t index_;
};

}  // namespace workshop::explore
