#include "workshop/explore/world/scheduled_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/world/narrate.hpp"

namespace workshop::explore {
namespace {

std::uint64_t digest_of(const Expected& expected) {
  if (const auto* version = expected.as_version()) return Digest().add(version->tag).value();
  return expected.is_absent() ? 1 : 2;
}

std::uint64_t digest_of(const StoreOperation& operation) {
  return Digest()
      .add(static_cast<std::uint64_t>(operation.kind))
      .add(operation.key.partition)
      .add(operation.key.id)
      .add(operation.body)
      .add(digest_of(operation.expected))
      .value();
}

bool is_conditional(const Expected& expected) { return expected.as_version() != nullptr; }

const StoreOperation* first_conditional(const std::vector<StoreOperation>& operations) {
  const auto found =
      std::find_if(operations.begin(), operations.end(),
                   [](const StoreOperation& one) { return is_conditional(one.expected); });
  return found == operations.end() ? nullptr : &*found;
}

}  // namespace

const Profile& ScheduledStore::profile() const noexcept { return inner().profile(); }

// Somebody else writes the document: the same contents under another version.
void ScheduledStore::change_meanwhile(const Key& key) const {
  auto& store = before_write();
  const auto document = run_inline(store.get(key));
  if (document) run_inline(store.put(key, document->body, Expected::any()));
}

// The store as it is before a write, so that the write can be taken back.
ExplorableStore& ScheduledStore::before_write() const {
  inner().checkpoint();
  return inner();
}

Task<std::optional<Document>> ScheduledStore::get(Key key) {
  const auto arguments = Digest().add(index_).add(key.partition).add(key.id).value();
  Step& step = co_await process_->point(OperationKind::load, arguments, {},
                                        parts_->resource_of(index_, key));
  co_return run_narrated<std::optional<Document>>(
      step, [&] { return run_inline(inner().get(key)); },
      [](const std::optional<Document>& document) {
        if (!document) return std::uint64_t{0};
        return Digest().add(document->body).add(document->version.tag).value();
      },
      [&] {
        step.words->facts.documents.push_back({index_, key, "load", {}, {}, {}});
        return "load " + Words::of(key);
      },
      [&](const std::optional<Document>& document) {
        if (!document) return std::string(" → none");
        words().learn(document->version, document->body);
        auto& fact = step.words->facts.documents.back();
        fact.body = document->body;
        fact.version = words().of(key, document->version);
        return fmt::format(" → {} {}", words().of(key, document->version),
                           Words::of_json(document->body));
      });
}

Task<Version> ScheduledStore::put(Key key, std::string body, Expected expected) {
  const auto arguments = Digest()
                             .add(index_)
                             .add(key.partition)
                             .add(key.id)
                             .add(body)
                             .add(digest_of(expected))
                             .value();
  Step& step = co_await process_->point_of_write(
      OperationKind::save, arguments, parts_->resource_of(index_, key), is_conditional(expected));
  co_return run_narrated<Version>(
      step,
      [&] {
        if (step.happens == Decision::busy) change_meanwhile(key);
        const auto& outage = parts_->outage;
        if (expected.is_any() && outage && outage->is_busy_at(*process_)) {
          parts_->oracle->overwritten(process_->spec.name, Words::of(key));
        }
        auto version = run_inline(before_write().put(key, body, expected));
        parts_->oracle->written(process_->index, key);
        return version;
      },
      [](const Version& version) { return Digest().add(version.tag).value(); },
      [&] {
        const auto expects = words().of(key, expected);
        step.words->facts.documents.push_back({index_, key, "save", expects, body, {}});
        return fmt::format("save {} {} {}", Words::of(key), expects,
                           words().of_change(expected, body));
      },
      [&](const Version& version) {
        words().learn(version, body);
        step.words->facts.documents.back().version = words().of(key, version);
        return " → " + step.words->facts.documents.back().version;
      });
}

Task<void> ScheduledStore::erase(Key key, Expected expected) {
  const auto arguments =
      Digest().add(index_).add(key.partition).add(key.id).add(digest_of(expected)).value();
  Step& step = co_await process_->point_of_write(
      OperationKind::erase, arguments, parts_->resource_of(index_, key), is_conditional(expected));
  run_narrated<Done>(
      step,
      [&] {
        if (step.happens == Decision::busy) change_meanwhile(key);
        run_inline(before_write().erase(key, expected));
        parts_->oracle->written(process_->index, key);
        return Done{};
      },
      digest_of_done,
      [&] {
        const auto expects = words().of(key, expected);
        step.words->facts.documents.push_back({index_, key, "erase", expects, {}, {}});
        return fmt::format("erase {} {}", Words::of(key), expects);
      },
      tell_nothing);
}

Task<std::vector<Version>> ScheduledStore::batch(std::string partition,
                                                 std::vector<StoreOperation> operations) {
  Digest arguments;
  arguments.add(index_).add(partition);
  for (const auto& operation : operations) arguments.add(digest_of(operation));
  const auto* conditional = first_conditional(operations);
  Step& step = co_await process_->point_of_batch(OperationKind::batch, arguments.value(),
                                                 Digest().add(index_).add(partition).value(),
                                                 conditional != nullptr);
  co_return run_narrated<std::vector<Version>>(
      step,
      [&] {
        if (step.happens == Decision::busy) change_meanwhile(conditional->key);
        auto versions = run_inline(before_write().batch(partition, operations));
        for (const auto& operation : operations) {
          parts_->oracle->written(process_->index, operation.key);
        }
        return versions;
      },
      [](const std::vector<Version>& versions) {
        Digest digest;
        for (const auto& version : versions) digest.add(version.tag);
        return digest.value();
      },
      [&] {
        std::string text = "batch";
        for (const auto& operation : operations) {
          const auto* action = operation.kind == StoreOperation::Kind::put ? "save" : "erase";
          const auto expects = words().of(operation.key, operation.expected);
          step.words->facts.documents.push_back(
              {index_, operation.key, action, expects, operation.body, {}});
          text += fmt::format(" {{{} {} {}}}", action, Words::of(operation.key), expects);
        }
        return text;
      },
      tell_nothing);
}

}  // namespace workshop::explore
