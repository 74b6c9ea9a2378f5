// What mutate_operators_test.sh changes: a handler with one of everything, and as much of a library as it needs.
#include <coroutine>
#include <string>
#include <vector>

namespace workshop {

struct Void {
  bool await_ready() { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};

template <class T>
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

struct MessageId {
  std::string value;
  static MessageId random();
};

struct Order {
  int paid = 0;
  int due = 0;
  std::string version;
};

struct Store {
  Void save(Order& order);
};

struct HandlerContext {
  Store& store();
  Void publish(std::string event, MessageId id);
  const MessageId& id() const;
};

constexpr int kOpen = 0;
constexpr int kClosed = 1;

Task<void> handle(Order order, HandlerContext& context) {
  if (order.paid >= 3 && order.due == kOpen) co_return;

  order.paid += 2;
  co_await context.store().save(order);
  for (const auto& name : std::vector<std::string>{"buyer", "bookkeeper"}) {
    co_await context.publish("Paid " + name, context.id());
  }
}

}  // namespace workshop
