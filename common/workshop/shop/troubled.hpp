#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/http/http.hpp"
#include "workshop/store/store.hpp"

/// Errors of every kind at each operation of a handler. Faults of the explorer are refusals, lost
/// answers and conflicts; a handler may also catch what is none of them, and go on.
namespace workshop::shop {

/// One kind of error.
struct ErrorKind {
  std::string name;             ///< such as "EntityTooLarge"
  std::function<void()> raise;  ///< throws it; when it returns, the operation is done after it
  int times_max = 1'000'000;    ///< so often at most
};

/// The same error, which comes once: whatever is tried after it succeeds.
ErrorKind once(ErrorKind kind);

/// All kinds that a store or a broker may have, those of the explorer's faults among them, and some
/// that are no Error: a full memory, an exception without a word.
const std::vector<ErrorKind>& every_error();

/// What is thrown when an operation was tried a thousand times: its caller tries for ever. (A
/// conflict comes 900 times and then no more: nobody is faster for ever.) It is no
/// std::exception, so that only catch (...) stops it, and then every later operation throws it too.
struct TriesForEver {};

/// The same in words, with why it is wrong: "it tries for ever: load Order order-1. …".
std::string tried_for_ever(const std::string& operation);

/// What ends an attempt in the middle of it: no exception that a handler could catch by its type.
struct Died {};

/// One operation fails, and its repetitions, those of the same kind on the same document or about
/// the same message; nothing of it is done.
class Trouble {
 public:
  /// Death: from the operation with this number on, every one throws Died.
  static Trouble death(int operation);
  /// The operation with this number fails, counted from 1 over store and broker.
  Trouble(int operation, ErrorKind kind) : operation_(operation), kind_(std::move(kind)) {}

  /// The same operations meet `other` first, which must outlive this one.
  void comes_after(Trouble& other) { other_ = &other; }
  /// Before an operation: throws if it is the one, or its repetition.
  void before(const std::string& operation);
  /// Whether there was an operation with this number.
  bool met() const noexcept { return !failing_.empty(); }
  /// The one that failed, "save Order order-1".
  const std::string& failing() const noexcept { return failing_; }

 private:
  int operation_;
  ErrorKind kind_;
  bool of_all_ = false;  ///< from that one on, all operations fail
  int count_ = 0;
  int failed_ = 0;
  std::string failing_;
  Trouble* other_ = nullptr;
};

/// A network in trouble. It does not own the other one.
class TroubledHttp final : public HttpClient {
 public:
  /// Both must outlive it.
  TroubledHttp(HttpClient& http, Trouble& trouble) : http_(&http), trouble_(&trouble) {}
  Task<HttpResponse> request(std::string authority, HttpRequest request,
                             Deadline deadline) override;

 private:
  HttpClient* http_;
  Trouble* trouble_;
};

/// A store in trouble. It does not own the other one.
class TroubledStore final : public Store {
 public:
  /// Both must outlive it.
  TroubledStore(Store& store, Trouble& trouble) : store_(&store), trouble_(&trouble) {}

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override { return store_->profile(); }

 private:
  Store* store_;
  Trouble* trouble_;
};

/// A broker in trouble. It does not own the other one.
class TroubledBroker final : public Broker {
 public:
  /// Both must outlive it.
  TroubledBroker(Broker& broker, Trouble& trouble) : broker_(&broker), trouble_(&trouble) {}

  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override;
  Task<void> publish(std::string topic, Message message) override;
  Task<std::optional<Delivery>> receive(std::string queue) override;
  Task<void> acknowledge(LeaseTag tag) override;
  Task<void> abandon(LeaseTag tag, std::string reason) override;
  Task<void> renew(LeaseTag tag) override;
  Task<std::size_t> redrive(std::string queue) override;

 private:
  Broker* broker_;
  Trouble* trouble_;
};

}  // namespace workshop::shop
