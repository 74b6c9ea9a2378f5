// Durable handling with lab 12's handler, against what the disk and others can do.
#include <fcntl.h>
#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "figures.hpp"
#include "payments_handler.hpp"
#include "store/sqlite_faults.hpp"
#include "watched_store.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/process/program.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/sqlite/database.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::benchmarks {
namespace {

namespace fs = std::filesystem;
using detail::SqliteDatabase;

constexpr int kSyncsAMessage = 4;  // docs/durability.md, without the send that brings it

/// An empty folder on the disk that is measured.
struct Folder {
  explicit Folder(const fs::path& parent) : path(parent / "benchmarks-data") {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const char* name) const { return fs::absolute(path / name).string(); }
  fs::path path;
};

constexpr std::size_t kPage = 4096;
constexpr std::size_t kFrame = kPage + 24;  // of a write-ahead log

/// A file that is written again and again, as a write-ahead log is.
class WrittenFile {
 public:
  explicit WrittenFile(const std::string& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT, 0644)) {
    for (std::size_t at = 0; at < kBytes; at += kPage) write(kPage);
    ::fsync(file_);
  }
  ~WrittenFile() { ::close(file_); }
  WrittenFile(const WrittenFile&) = delete;
  WrittenFile& operator=(const WrittenFile&) = delete;

  /// Behind what was written before; when the file is full, from its begin.
  void write(std::size_t bytes) {
    if (at_ + bytes > kBytes) at_ = 0;
    if (::pwrite(file_, bytes_.data(), bytes, static_cast<::off_t>(at_)) !=
        static_cast<::ssize_t>(bytes)) {
      throw std::runtime_error("the disk cannot be written");
    }
    at_ += bytes;
  }
  void write_and_sync(std::size_t bytes) {
    write(bytes);
    ::fdatasync(file_);
  }

 private:
  static constexpr std::size_t kBytes = 1024 * kPage;
  const std::string bytes_ = std::string(2 * kFrame, 'x');
  int file_;
  std::size_t at_ = 0;
};

double fdatasyncs(const std::string& parent, int count) {
  const Folder folder(parent);
  WrittenFile file(folder.file("log"));
  const auto seconds = seconds_of([&] {
    for (int i = 0; i < count; ++i) file.write_and_sync(kPage);
  });
  return count / seconds;
}

/// What a message of lab 12's handler writes to the two logs, written and synced as it is there: so
/// many messages a second are what the system would let through if all else took no time.
double bytes_of_messages(const std::string& parent, int messages) {
  const Folder folder(parent);
  WrittenFile journal(folder.file("journal"));
  WrittenFile store(folder.file("store"));
  const auto seconds = seconds_of([&] {
    for (int i = 0; i < messages; ++i) {
      journal.write(kFrame);               // receive
      store.write_and_sync(kFrame);        // the order with its outbox
      journal.write_and_sync(2 * kFrame);  // publish: the message, and the last sequence
      store.write_and_sync(kFrame);        // the inbox
      store.write_and_sync(kFrame);        // the order without its outbox
      journal.write(kFrame);               // acknowledge
    }
  });
  return messages / seconds;
}

/// Before each message, a sync of a file of its own, which takes part of the time `seconds`.
class SyncBefore final : public Behaviour {
 public:
  explicit SyncBefore(const std::string& path) : file_(path) {}
  Task<void> invoke(HandlerContext& context, const Handler& next) override {
    seconds += seconds_of([&] { file_.write_and_sync(kPage); });
    co_await next(context);
  }
  double seconds = 0;

 private:
  WrittenFile file_;
};

Message payment(int i, int orders) {
  return make_message(shop::BookPayment{"order-" + std::to_string(i % orders), 1});
}

void send_all(InProcessBroker& broker, int messages, int orders) {
  constexpr int kSenders = 32;
  std::vector<std::thread> senders;
  for (int t = 0; t < kSenders; ++t) {
    senders.emplace_back([&broker, t, messages, orders] {
      for (int i = t; i < messages; i += kSenders) {
        sync_wait(broker.send("payments", payment(i, orders)));
      }
    });
  }
  for (auto& sender : senders) sender.join();
}

/// The rows that lab 12's handler writes, by bare statements: `group` messages share each commit.
/// It neither reads, nor handles, nor waits for anybody.
double bare_sqlite(const std::string& parent, int messages, int group) {
  const Folder folder(parent);
  SqliteDatabase journal({"journal", folder.file("journal.db")});
  SqliteDatabase store({"store", folder.file("store.db")});
  journal.execute("PRAGMA locking_mode=EXCLUSIVE");
  for (auto* file : {&journal, &store}) file->use_write_ahead_log();
  journal.execute(
      "CREATE TABLE message(sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER, due_ms "
      "INTEGER,"
      " delivery_count INTEGER, id BLOB, type BLOB, body BLOB, headers BLOB, last_failure BLOB)");
  store.execute(
      "CREATE TABLE documents(partition TEXT, id TEXT, version TEXT, body TEXT,"
      " PRIMARY KEY(partition, id)) WITHOUT ROWID");
  auto insert =
      journal.prepare("INSERT INTO message VALUES(NULL, ?1, 0, 0, ?2, 'BookPayment', ?3, ?4, x'')");
  auto count = journal.prepare("UPDATE message SET delivery_count=1 WHERE sequence=?1");
  auto erase = journal.prepare("DELETE FROM message WHERE sequence=?1");
  auto put = store.prepare("INSERT OR REPLACE INTO documents VALUES(?1, ?2, ?3, ?4)");
  const std::string body = R"({"order_id":"order-123","amount":1})";
  const std::string outbox(420, 'o');  // as long as an order with one message in its outbox
  const std::string headers(150, 'h');
  const auto transact = [&](SqliteDatabase& file, bool synced, auto each) {
    file.set_sync_at_commit(synced);
    file.execute("BEGIN IMMEDIATE");
    for (int i = 0; i < group; ++i) each(i);
    file.execute("COMMIT");
  };
  const auto send = [&](int) {
    insert.bind(1, 0).bind_blob(2, MessageId::random().value).bind_blob(3, body);
    insert.bind_blob(4, headers).run();
  };
  const int groups = std::max(1, messages / group);
  for (int i = 0; i < groups; ++i) transact(journal, true, send);
  const auto seconds = seconds_of([&] {
    for (int g = 0; g < groups; ++g) {
      const auto order = [&](int i) { return std::to_string((g * group + i) % 1000); };
      transact(journal, false, [&](int i) { count.bind(1, g * group + i + 1).run(); });
      transact(store, true, [&](int i) {
        put.bind(1, order(i)).bind(2, "Order").bind(3, "1").bind(4, outbox).run();
      });
      transact(journal, true, send);
      transact(store, true, [&](int) {
        const auto id = MessageId::random().value;
        put.bind(1, "inbox").bind(2, id).bind(3, "2").bind(4, body).run();
      });
      transact(store, true, [&](int i) {
        put.bind(1, order(i)).bind(2, "Order").bind(3, "3").bind(4, body).run();
      });
      transact(journal, false, [&](int i) { erase.bind(1, g * group + i + 1).run(); });
    }
  });
  return groups * group / seconds;
}

/// A redis-server of its own on loopback, which syncs its file before it answers a write.
class Redis {
 public:
  Redis(const std::string& parent, int port)
      : folder_(parent),
        server_({"redis-server", "--port", std::to_string(port), "--bind", "127.0.0.1", "--dir",
                 fs::absolute(folder_.path).string(), "--appendonly", "yes", "--appendfsync",
                 "always", "--save", ""}) {
    for (int tries = 0;; ++tries) {
      context_ = redisConnect("127.0.0.1", port);
      if (context_ != nullptr && context_->err == 0) return;
      if (context_ != nullptr) redisFree(context_);
      if (tries == 100) throw std::runtime_error("redis-server does not answer");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  ~Redis() { redisFree(context_); }
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  /// What the handler does, by as many commands: `handlers` messages at once.
  double rate(int messages, int handlers) {
    const int groups = std::max(1, messages / handlers);
    for (int i = 0; i < groups; ++i) all(handlers, "RPUSH payments payment");
    return groups * handlers / seconds_of([&] {
             for (int i = 0; i < groups; ++i) {
               all(handlers, "LMOVE payments handled LEFT RIGHT");
               all(handlers, "GET order");
               all(handlers, "SET order with-outbox");
               all(handlers, "RPUSH loyalty event");
               all(handlers, "SADD inbox payment");
               all(handlers, "SET order without-outbox");
               all(handlers, "LPOP handled");
             }
           });
  }

 private:
  void all(int handlers, const char* command) {
    for (int i = 0; i < handlers; ++i) redisAppendCommand(context_, command);
    for (int i = 0; i < handlers; ++i) {
      void* reply = nullptr;
      if (redisGetReply(context_, &reply) != REDIS_OK) throw std::runtime_error("redis failed");
      freeReplyObject(reply);
    }
  }

  Folder folder_;
  process::Program server_;
  redisContext* context_ = nullptr;
};

}  // namespace

namespace {

Handling handle_in(const Folder& folder, int handlers, int messages, int orders,
                   std::shared_ptr<Behaviour> behaviour) {
  const auto processor_before = processor_seconds_of_process();
  tests::FaultyDisk disk;  // counts syncs
  SystemClock clock;
  InProcessBroker broker(clock, {folder.file("journal.db")});
  SqliteStore store({.path = folder.file("store.db")});
  const QueueOptions queue{std::chrono::seconds(30), 1'000'000};  // conflicts are no failures here
  broker.declare_queue("payments", queue);
  broker.declare_queue("loyalty");
  broker.subscribe("PaymentBooked", "loyalty");
  send_all(broker, messages, orders);
  Endpoint endpoint("payments");
  endpoint.on<shop::BookPayment>(&shop::handle);
  if (behaviour) endpoint.with(std::move(behaviour));
  const auto syncs = disk.log_syncs_count();
  Host host(broker, {.threads_count = handlers == 1 ? 1 : 2});
  const auto seconds = seconds_of([&] {
    host.run(std::move(endpoint), store, {.handlers_count = handlers, .queue = queue});
    host.wait_until_idle(std::chrono::minutes(10));
  });
  host.stop();
  if (broker.messages("loyalty").size() < static_cast<std::size_t>(messages)) {
    throw std::runtime_error("not all messages were handled");
  }
  return {messages / seconds, static_cast<double>(disk.log_syncs_count() - syncs) / messages,
          (processor_seconds_of_process() - processor_before) * 1e6 / messages};
}

/// Syncs a second, each done between two messages.
double fdatasyncs_between(const std::string& parent, int messages, int orders) {
  const Folder folder(parent);
  const auto before = std::make_shared<SyncBefore>(folder.file("log"));
  handle_in(folder, 1, messages, orders, before);
  return messages / before->seconds;
}

}  // namespace

Handling handle_durably(const std::string& parent, int handlers, int messages, int orders) {
  return handle_in(Folder(parent), handlers, messages, orders, nullptr);
}

void measure_inbox(Figures& figures, const Plan& plan) {
  constexpr int kOrders = 20;
  const auto largest_order = [&](int messages) {
    SystemClock clock;
    InProcessBroker broker(clock);
    SqliteStore store;
    WatchedStore watched(store);
    const QueueOptions queue{std::chrono::seconds(30), 1'000'000};
    broker.declare_queue("payments", queue);
    for (int i = 0; i < messages; ++i) done(broker.send("payments", payment(i, kOrders)));
    Endpoint endpoint("payments");
    endpoint.on<shop::BookPayment>(&shop::handle);
    Host host(broker);
    host.run(std::move(endpoint), watched, {.handlers_count = 8, .queue = queue});
    host.wait_until_idle(std::chrono::minutes(10));
    host.stop();
    const auto entries = watched.seen("InboxEntry").there.size();
    if (entries != static_cast<std::size_t>(messages)) {
      throw std::runtime_error("not all messages are in the inbox");
    }
    return static_cast<double>(watched.seen("Order").bytes_max);
  };
  figures.plot("inbox-order", "messages handled, of 20 orders by 8 handlers",
               "bytes of the largest order at any time (lab 12)", {100, 1'000, 10'000, 100'000},
               [&](double x) { return largest_order(plan.of(static_cast<int>(x))); });
}

void measure_processor_of_handling(Figures& figures, const Plan& plan) {
  figures.plot("durable-processor", "handlers",
               "processor microseconds a message, sent and handled", {1, 64}, [&](double x) {
                 const auto handling =
                     handle_durably(plan.folder, static_cast<int>(x),
                                    plan.of(static_cast<int>(2'000 + 500 * x)), 1'000);
                 fmt::print("    {:.0f} messages a second, {:.3f} syncs a message\n",
                            handling.messages_a_second, handling.syncs_a_message);
                 return handling.processor_us_a_message;
               });
}

void measure_durable_handling(Figures& figures, const Plan& plan) {
  constexpr int kOrders = 1'000;
  const int few = plan.of(1'000);
  figures.compare(
      "Durable handling, one handler",
      {{"fdatasync, divided by the four syncs of a message",
        [&] { return fdatasyncs(plan.folder, few) / kSyncsAMessage; }},
       {"the same between two messages",
        [&] { return fdatasyncs_between(plan.folder, few, kOrders) / kSyncsAMessage; }},
       {"what a message writes, with its syncs, and nothing else",
        [&] { return bytes_of_messages(plan.folder, few); }},
       {"lab 12's handler on a Host",
        [&] { return handle_durably(plan.folder, 1, few, kOrders).messages_a_second; }},
       {"bare SQLite, the same rows", [&] { return bare_sqlite(plan.folder, few, 1); }}},
      plan.rounds);
  const int many = plan.of(20'000);
  // The groups are as large as they are in this run.
  const auto first = handle_durably(plan.folder, 64, many, kOrders);
  const int group =
      std::max(1, static_cast<int>(std::lround(kSyncsAMessage / first.syncs_a_message)));
  std::unique_ptr<Redis> redis;
  std::vector<Contender> contenders{
      {"bare SQLite, the same rows, " + std::to_string(group) + " messages in a group",
       [&] { return bare_sqlite(plan.folder, many, group); }},
      {"lab 12's handler on a Host, 64 handlers",
       [&] { return handle_durably(plan.folder, 64, many, kOrders).messages_a_second; }}};
  try {
    redis = std::make_unique<Redis>(plan.folder + "/redis", 26'379);
    contenders.push_back({"Redis with appendfsync always, 64 at once, no handler",
                          [&] { return redis->rate(many, 64); }});
  } catch (const std::exception& error) {
    figures.skip("Redis", error.what());
  }
  figures.compare("Durable handling, 64 handlers", contenders, plan.rounds);
}

}  // namespace workshop::benchmarks
