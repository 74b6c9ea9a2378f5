#pragma once

// What the tests of this lab share: orders, and a queue on an SQLite database with a clock that
// moves only by `pass`.

#include <catch2/catch_message.hpp>
#include <catch2/catch_tostring.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "database_queue.hpp"
#include "leased_queue.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/forwarding_store.hpp"

namespace workshop::testing {

inline constexpr const char* kWrapping = "gifts";
inline constexpr Milliseconds kMorning = 1'734'760'800'000;  // when most tests begin
inline constexpr Milliseconds kLease = 35'000;
inline const QueueOptions kOptions{std::chrono::milliseconds{kLease}, 10};

inline QueueOptions at_most(std::uint32_t deliveries_max) {
  return {std::chrono::milliseconds{kLease}, deliveries_max};
}

inline Message order(const std::string& id, std::vector<std::string> gifts = {"teddy"}) {
  auto message = make_message(WrapOrder{id, std::move(gifts)}, MessageId{id});
  message.headers["written-by"] = "Ann";
  return message;
}

// A database that can be made unreachable.
class DistantStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  void reachable(bool reachable) { reachable_ = reachable; }

  Task<std::optional<Document>> get(Key key) override {
    reach();
    return ForwardingStore::get(std::move(key));
  }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    reach();
    return ForwardingStore::put(std::move(key), std::move(body), std::move(expected));
  }
  Task<void> erase(Key key, Expected expected) override {
    reach();
    return ForwardingStore::erase(std::move(key), std::move(expected));
  }
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override {
    reach();
    return ForwardingStore::batch(std::move(partition), std::move(operations));
  }

 private:
  void reach() const {
    if (!reachable_) throw Unavailable("the database is out of reach");
  }

  bool reachable_ = true;
};

// A queue, its database and its clock. Time passes only by `pass`. A failed assertion shows what
// was done before it.
class Office {
 public:
  explicit Office(QueueOptions options = kOptions,
                  const std::string& database = ":memory:", Milliseconds now_ms = kMorning)
      : store_({database}), distant_(store_), queue_(distant_, clock_, kWrapping, options) {
    clock_.set(Timestamp{std::chrono::milliseconds{now_ms}});
  }

  DatabaseQueue& queue() { return queue_; }
  void database_reachable(bool reachable) {
    did(reachable ? "the database is back" : "the database is out of reach");
    distant_.reachable(reachable);
  }
  void pass(Milliseconds time) {
    did(std::to_string(time) + " ms pass");
    clock_.advance(std::chrono::milliseconds{time});
  }

  Office& with(const Message& message) {
    did("send " + message.id.value);
    run_inline(queue_.send(message));
    return *this;
  }
  std::optional<Delivery> receive() {
    auto delivery = run_inline(queue_.receive());
    did("receive: " + (delivery ? words_for(*delivery) : std::string("nothing")));
    return delivery;
  }
  void acknowledge(const Delivery& delivery) {
    did("acknowledge " + words_for(delivery));
    run_inline(queue_.acknowledge(delivery.tag));
  }
  void abandon(const Delivery& delivery) {
    did("abandon " + words_for(delivery));
    run_inline(queue_.abandon(delivery.tag));
  }
  void renew(const Delivery& delivery) {
    did("renew " + words_for(delivery));
    run_inline(queue_.renew(delivery.tag));
  }
  Queue look() { return run_inline(queue_.look()); }

  // The id of the message that a worker receives now, or "".
  std::string received() {
    const auto delivery = receive();
    return delivery ? delivery->message.id.value : "";
  }

 private:
  static std::string words_for(const Delivery& delivery) {
    return delivery.message.id.value + ", delivery " + std::to_string(delivery.delivery_count);
  }

  void did(const std::string& what) {
    diary_ += "\n  " + what;
    shown_.reset();
    shown_.emplace(Catch::MessageBuilder("INFO", CATCH_INTERNAL_LINEINFO, Catch::ResultWas::Info)
                   << "what was done:" << diary_);
  }

  std::string diary_;
  std::optional<Catch::ScopedMessage> shown_;
  SqliteStore store_;
  DistantStore distant_;
  SimulatedClock clock_;
  DatabaseQueue queue_;
};

inline std::vector<std::string> ids_of(const std::vector<Message>& messages) {
  std::vector<std::string> ids;
  for (const auto& message : messages) ids.push_back(message.id.value);
  return ids;
}

}  // namespace workshop::testing

// What a failed assertion shows.
template <>
struct Catch::StringMaker<workshop::Message> {
  static std::string convert(const workshop::Message& message) {
    return message.type + " " + message.id.value + " " + message.body;
  }
};
template <>
struct Catch::StringMaker<workshop::LeaseTag> {
  static std::string convert(const workshop::LeaseTag& tag) { return "tag " + tag.value; }
};
template <>
struct Catch::StringMaker<std::optional<workshop::Delivery>> {
  static std::string convert(const std::optional<workshop::Delivery>& delivery) {
    return delivery ? "a delivery of " + delivery->message.id.value : "nothing was received";
  }
};
