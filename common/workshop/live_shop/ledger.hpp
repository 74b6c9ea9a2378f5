#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace workshop::live_shop {

/// A part of the shop. Each is a process of its own, unless the broker is embedded.
enum class Role { shop, orders, payments, loyalty, warehouse };
/// All of them, in the order of the list.
inline constexpr std::array kRoles = {Role::shop, Role::orders, Role::payments, Role::loyalty,
                                      Role::warehouse};
/// "payments": the name of its queue, too.
std::string_view name_of(Role role) noexcept;

/// What chaos does to an operation.
enum class FaultKind {
  refused,        ///< the operation was not done, and the caller knows it
  lost_done,      ///< it was done, and the answer was lost
  lost_not_done,  ///< it was not done, and the answer was lost all the same
  duplicate,      ///< a received message is in the queue a second time
  delay           ///< it takes a few milliseconds longer
};
/// How many kinds there are.
inline constexpr std::size_t kFaultKinds = 5;
/// "lost_done": as a table writes it.
std::string_view name_of(FaultKind kind) noexcept;

/// What a service counts. The figures only rise, also when it is killed and started again.
struct Tally {
  std::atomic<std::uint64_t> deliveries{0};    ///< messages received
  std::atomic<std::uint64_t> redeliveries{0};  ///< of them, those that were not the first
  std::atomic<std::uint64_t> failures{0};      ///< that the handler threw
  std::atomic<std::uint64_t> handled{0};       ///< that the handler returned from
  std::atomic<std::uint64_t> done{0};          ///< of them, those of messages not handled before
  std::array<std::atomic<std::uint64_t>, kFaultKinds> faults{};  ///< by FaultKind
  std::atomic<std::uint64_t> starts{0};                          ///< of its process
  std::atomic<std::int64_t> last_delivery_ms{0};                 ///< of the steady clock
};

/// Figures that the shop's processes share: a file that each of them maps, so that counting costs
/// no message and a kill loses none. It decides nothing but when to look; what is right and wrong
/// is the audit's, which never reads it.
///
/// Thread-safety: any thread of any process.
class Ledger {
 public:
  /// Makes the file, for so many orders.
  static Ledger create(const std::filesystem::path& file, int orders);
  /// Opens it in another process. Throws std::runtime_error when it is not there.
  explicit Ledger(const std::filesystem::path& file);
  /// Takes the mapped file over.
  Ledger(Ledger&& other) noexcept;
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// The figures of this role; shared, each of them atomic.
  Tally& tally(Role role) noexcept;
  /// The same, to read.
  const Tally& tally(Role role) const noexcept;
  /// Marks one of the messages that a service handles, by its number; true the first time.
  bool mark(Role role, std::size_t number) noexcept;

  /// Orders that the shop may send: kills are spread over the whole run by it.
  std::atomic<int>& orders_released() noexcept;
  /// Sellers that have sent all of theirs.
  std::atomic<int>& sellers_done() noexcept;
  /// The same, to read.
  const std::atomic<int>& sellers_done() const noexcept;

  /// Since a service has received something.
  std::chrono::milliseconds quiet() const noexcept;
  /// The steady clock, which all processes of a machine share, in milliseconds.
  static std::int64_t now_ms() noexcept;

 private:
  struct Header;
  Ledger(const std::filesystem::path& file, std::size_t bytes);
  void map(const std::filesystem::path& file);

  Header* header_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace workshop::live_shop
