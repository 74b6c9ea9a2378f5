#include "workshop/shop/troubled.hpp"

#include <new>
#include <stdexcept>
#include <utility>

#include "workshop/core/error.hpp"

namespace workshop::shop {
namespace {

constexpr int kTriesMax = 1'000;
constexpr int kConflictsMax = 900;      // nobody is faster for ever
constexpr int kOperationsMax = 20'000;  // of one attempt

template <class T>
ErrorKind error(std::string name) {
  return {std::move(name), [] { throw T("in trouble"); }};
}

// As a story names it.
std::string words(const char* kind, const Key& key) {
  return std::string(kind) + " " + key.id + " " + key.partition;
}

}  // namespace

std::string tried_for_ever(const std::string& operation) {
  return "it tries for ever: " + operation +
         ". Meanwhile nobody else can go on; an error that is let out brings another attempt";
}

const std::vector<ErrorKind>& every_error() {
  static const std::vector<ErrorKind> kinds = {
      error<Unavailable>("Unavailable"),
      error<OutcomeUnknown>("OutcomeUnknown"),
      {"VersionConflict", [] { throw VersionConflict("in trouble"); }, kConflictsMax},
      error<EntityTooLarge>("EntityTooLarge"),
      error<CrossPartition>("CrossPartition"),
      error<LeaseLost>("LeaseLost"),
      error<Damaged>("Damaged"),
      error<InvalidRequest>("InvalidRequest"),
      error<std::logic_error>("logic_error"),
      {"bad_alloc", [] { throw std::bad_alloc(); }},
      {"an exception without a word", [] { throw std::runtime_error(""); }},
  };
  return kinds;
}

ErrorKind once(ErrorKind kind) {
  kind.times_max = 1;
  return kind;
}

Trouble Trouble::death(int operation) {
  Trouble death(operation, {"death", [] { throw Died(); }});
  death.of_all_ = true;
  return death;
}

void Trouble::before(const std::string& operation) {
  if (other_ != nullptr) other_->before(operation);
  if (failed_ > kTriesMax || count_ > kOperationsMax) throw TriesForEver();
  if (of_all_ && met()) kind_.raise();
  if (++count_ == operation_) failing_ = operation;
  if (failing_ != operation || failed_ == kind_.times_max) return;
  if (++failed_ > kTriesMax) throw TriesForEver();
  kind_.raise();
}

Task<std::optional<Document>> TroubledStore::get(Key key) {
  trouble_->before(words("load", key));
  co_return co_await store_->get(std::move(key));
}

Task<Version> TroubledStore::put(Key key, std::string body, Expected expected) {
  trouble_->before(words("save", key));
  co_return co_await store_->put(std::move(key), std::move(body), std::move(expected));
}

Task<void> TroubledStore::erase(Key key, Expected expected) {
  trouble_->before(words("erase", key));
  co_await store_->erase(std::move(key), std::move(expected));
}

Task<std::vector<Version>> TroubledStore::batch(std::string partition,
                                                std::vector<StoreOperation> operations) {
  trouble_->before("batch " + partition);
  co_return co_await store_->batch(std::move(partition), std::move(operations));
}

Task<HttpResponse> TroubledHttp::request(std::string authority, HttpRequest request,
                                         Deadline deadline) {
  trouble_->before(std::string(name_of(request.method)) + " " + authority + " " + request.target);
  co_return co_await http_->request(std::move(authority), std::move(request), deadline);
}

Task<void> TroubledBroker::send(std::string queue, Message message,
                                std::chrono::milliseconds delay) {
  trouble_->before("send " + queue + " " + message.id.value);
  co_await broker_->send(std::move(queue), std::move(message), delay);
}

Task<void> TroubledBroker::publish(std::string topic, Message message) {
  trouble_->before("publish " + topic + " " + message.id.value);
  co_await broker_->publish(std::move(topic), std::move(message));
}

Task<std::optional<Delivery>> TroubledBroker::receive(std::string queue) {
  trouble_->before("receive " + queue);
  co_return co_await broker_->receive(std::move(queue));
}

Task<void> TroubledBroker::acknowledge(LeaseTag tag) {
  trouble_->before("acknowledge");
  co_await broker_->acknowledge(std::move(tag));
}

Task<void> TroubledBroker::abandon(LeaseTag tag, std::string reason) {
  trouble_->before("abandon");
  co_await broker_->abandon(std::move(tag), std::move(reason));
}

Task<void> TroubledBroker::renew(LeaseTag tag) {
  trouble_->before("renew");
  co_await broker_->renew(std::move(tag));
}

Task<std::size_t> TroubledBroker::redrive(std::string queue) {
  trouble_->before("redrive " + queue);
  co_return co_await broker_->redrive(std::move(queue));
}

}  // namespace workshop::shop
