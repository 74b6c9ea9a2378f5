// What a journal must hold for any bytes: it opens, or it is refused with one clear error. An input
// is either changes of a right journal, byte by byte, or values for the columns of its entries, or
// headers.
#include <filesystem>

#include "fuzz/fuzzing.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/broker/journal_contents.hpp"
#include "workshop/core/error.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/sqlite/database.hpp"

namespace workshop::tests {
namespace {

const std::string& folder() {
  static const process::TemporaryFolder kFolder;
  static const std::string kPath = kFolder.path().string();
  return kPath;
}

std::string make_journal() {
  const auto path = folder() + "/right.db";
  {
    SimulatedClock clock;
    InProcessBroker broker(clock, {path});
    for (const auto* queue : {"orders", "payments"}) {
      broker.declare_queue(queue, {std::chrono::milliseconds{1000}, 2});
      broker.subscribe("booked", queue);
    }
    for (int i = 0; i < 6; ++i) {
      sync_wait(broker.publish(
          "booked", {MessageId{"m-" + std::to_string(i)}, "Note", "{}", {{"shop", "north"}}}));
    }
    sync_wait(broker.send("orders", {MessageId{"large"}, "Note", std::string(5'000, 'x'), {}}));
    sync_wait(broker.abandon(sync_wait(broker.receive("payments"))->tag, "no coupon"));
  }
  return bytes_of_file(path);
}

const std::string& right_journal() {
  static const std::string kBytes = make_journal();
  return kBytes;
}

void use(InProcessBroker& broker) {
  for (const auto* queue : {"orders", "payments"}) {
    broker.declare_queue(queue, {std::chrono::milliseconds{1000}, 2});
    sync_wait(broker.redrive(queue));
    while (const auto delivery = sync_wait(broker.receive(queue))) {
      sync_wait(broker.acknowledge(delivery->tag));
    }
  }
  sync_wait(broker.publish("booked", {MessageId{"new"}, "Note", "{}", {}}));
}

void open_journal(const std::string& path, const std::string& bytes) {
  std::error_code none;
  std::filesystem::remove(path + "-wal", none);
  write_file(path, bytes);
  bool is_open = false;
  try {
    SimulatedClock clock;
    InProcessBroker broker(clock, {path});
    is_open = true;
    use(broker);
  } catch (const Error& error) {
    const std::string what = error.what();
    require(what.find("'" + path + "'") != std::string::npos, "a refusal names the path", what);
    require(what.find('\n') == std::string::npos, "a refusal is one line", what);
    if (!is_open) require(bytes_of_file(path) == bytes, "what is refused is left as it is", what);
  }
}

/// The first byte says which column, the second what it becomes; the rest is the value.
void change_entry(const std::string& path, std::string_view input) {
  constexpr const char* kColumns[] = {"UPDATE message SET headers=?1 WHERE sequence=3",
                                      "UPDATE message SET queue=?1",
                                      "UPDATE message SET delivery_count=?1",
                                      "UPDATE message SET due_ms=?1",
                                      "UPDATE message SET sequence=?1 WHERE sequence=3",
                                      "UPDATE message SET id=?1",
                                      "UPDATE queue SET number=?1 WHERE number=2",
                                      "UPDATE queue SET lease_ms=?1",
                                      "UPDATE queue SET name=?1 WHERE number=2",
                                      "UPDATE queue SET deliveries_max=?1",
                                      "UPDATE subscription SET queue=?1",
                                      "UPDATE subscription SET topic=?1",
                                      "UPDATE sqlite_sequence SET seq=?1"};
  if (input.size() < 2) return;
  std::error_code none;
  std::filesystem::remove(path + "-wal", none);
  write_file(path, right_journal());
  try {
    detail::SqliteDatabase file({"journal", path});
    auto update =
        file.prepare(kColumns[static_cast<unsigned char>(input[0]) % std::size(kColumns)]);
    const auto kind = static_cast<unsigned char>(input[1]) % 3;
    const auto value = input.substr(2);
    std::int64_t number = 0;
    std::memcpy(&number, value.data(), std::min(value.size(), sizeof number));
    if (kind == 0) update.bind(1, number);
    if (kind == 1) update.bind(1, value);
    if (kind == 2) update.bind_blob(1, value);
    update.run();
  } catch (const Error&) {
    return;  // SQLite refuses this value
  }
  open_journal(path, bytes_of_file(path));
}

void read_headers(std::string_view bytes) {
  decltype(Message::headers) headers;
  if (!detail::decode_headers(bytes, headers)) return;
  require(detail::encode_headers(headers) == bytes, "headers are written as they were read");
}

}  // namespace
}  // namespace workshop::tests

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace workshop::tests;
  if (size == 0) return 0;
  const auto rest = text_of(data + 1, size - 1);
  const auto path = folder() + "/journal.db";
  if (data[0] % 4 == 0) open_journal(path, changed(right_journal(), rest));
  if (data[0] % 4 == 1) change_entry(path, rest);
  if (data[0] % 4 == 2) read_headers(rest);
  if (data[0] % 4 == 3) open_journal(path, std::string(rest));
  return 0;
}
