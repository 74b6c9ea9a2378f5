// What durable handling costs: lab 12's handler on a Host, with a journal and a file store. Prints,
// in one run, the ratios to a bare fdatasync and to bare SQLite with the same rows in the same
// groups.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "payments_handler.hpp"
#include "store/sqlite_faults.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

namespace {

/// An empty folder on the disk that is measured; removed at the end.
struct Folder {
  explicit Folder(const fs::path& parent) : path(parent / "durable-figures") {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const char* name) const { return (path / name).string(); }
  fs::path path;
};

template <class Operation>
double seconds_of(Operation operation) {
  const auto start = std::chrono::steady_clock::now();
  operation();
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

/// Syncs a second of a file that is written again and again, as a write-ahead log is.
double fdatasyncs(const fs::path& parent, int count) {
  const Folder folder(parent);
  constexpr std::size_t kPage = 4096;
  constexpr int kPages = 1024;
  const std::string page(kPage, 'x');
  const int file = ::open(folder.file("log").c_str(), O_RDWR | O_CREAT, 0644);
  const auto write = [&](int i) {
    const auto at = static_cast<::off_t>(kPage) * (i % kPages);
    if (::pwrite(file, page.data(), kPage, at) != static_cast<::ssize_t>(kPage)) std::exit(2);
  };
  for (int i = 0; i < kPages; ++i) write(i);
  ::fsync(file);
  const auto seconds = seconds_of([&] {
    for (int i = 0; i < count; ++i) {
      write(i);
      ::fdatasync(file);
    }
  });
  ::close(file);
  return count / seconds;
}

/// Seconds of processor that this process has used.
double processor_seconds() {
  ::rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const ::timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Handling {
  double messages_a_second = 0;
  double processor_us = 0;  // of each message
  double syncs_a_message = 0;
};

Handling handle(const fs::path& parent, int handlers, int threads, int messages) {
  const Folder folder(parent);
  tests::FaultyDisk disk;  // counts
  SystemClock clock;
  InProcessBroker broker(clock, {folder.file("journal.db")});
  SqliteStore store({.path = folder.file("store.db")});
  broker.declare_queue("payments");
  broker.declare_queue("loyalty");
  broker.subscribe("PaymentBooked", "loyalty");
  {  // the backlog, by many at a time
    std::vector<std::thread> senders;
    for (int t = 0; t < 16; ++t) {
      senders.emplace_back([&, t] {
        for (int i = t; i < messages; i += 16) {
          sync_wait(broker.send(
              "payments", make_message(shop::BookPayment{"order-" + std::to_string(i % 1000), 1})));
        }
      });
    }
    for (auto& sender : senders) sender.join();
  }
  Endpoint endpoint("payments");
  endpoint.on<shop::BookPayment>(&shop::handle);
  HostOptions options;
  options.threads_count = threads;
  const auto syncs = disk.log_syncs_count();
  const auto processor = processor_seconds();
  double seconds = 0;
  {
    Host host(broker, options);
    seconds = seconds_of([&] {
      host.run(std::move(endpoint), store, {.handlers_count = handlers});
      host.wait_until_idle(std::chrono::minutes(10));
    });
    host.stop();
  }
  const auto used = processor_seconds() - processor;
  if (broker.messages("loyalty").size() != static_cast<std::size_t>(messages)) std::exit(3);
  return {messages / seconds, 1e6 * used / messages,
          static_cast<double>(disk.log_syncs_count() - syncs) / messages};
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path parent = argc > 1 ? argv[1] : ".";
  const int messages = argc > 2 ? std::atoi(argv[2]) : 20'000;
  const int handlers = argc > 3 ? std::atoi(argv[3]) : 64;
  const int threads = argc > 4 ? std::atoi(argv[4]) : 2;
  fmt::print("fdatasync {:.0f} a second\n", fdatasyncs(parent, 1000));
  const auto one = handle(parent, 1, 1, std::min(messages, 1000));
  fmt::print("one handler {:.0f} a second, {:.2f} syncs a message, {:.0f} us\n",
             one.messages_a_second, one.syncs_a_message, one.processor_us);
  fmt::print("fdatasync {:.0f} a second\n", fdatasyncs(parent, 1000));
  const auto many = handle(parent, handlers, threads, messages);
  fmt::print("{} handlers {:.0f} a second, {:.3f} syncs a message, {:.0f} us\n", handlers,
             many.messages_a_second, many.syncs_a_message, many.processor_us);
}
