#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/broker/broker_state.hpp"
#include "workshop/broker/lease_tag.hpp"
#include "workshop/core/clock.hpp"

namespace workshop {

class ExplorableBroker;
class Journal;
namespace detail {
class GroupCommit;
}

/// A broker in this process: in memory, or with a journal that survives a kill.
///
/// Beyond what Broker promises: messages are received in the order in which they were sent, and a
/// message that returns has its old position. A dead-letter queue never dead-letters, and a dead
/// letter that is leased stays with its receiver when `redrive` moves the others. A lease has
/// expired when the clock has reached its end; of one of a second or more, that may be up to a
/// hundredth of a second later than `lease_ms` says (Clock::soon). The delivery count rises at
/// `receive`, so a receiver that crashes has used up a delivery. The last reason why a message was
/// abandoned stays with it, also when later deliveries end without one, until it is acknowledged or
/// redriven.
///
/// With a journal every change survives a kill of the process. What is sent or published, and what
/// is declared, also survives a power cut before the operation returns. Delivery counts,
/// acknowledgements, reasons and moves to and from a dead-letter queue are on the disk with the
/// next message that is sent: a power cut before that can undo the last of them, so that a message
/// is delivered again (docs/durability.md). A broker that opens the journal again continues with
/// its queues, subscriptions, messages, delivery counts and reasons; the leases of the previous
/// process have expired. When the journal refuses a write, the operation throws Unavailable when
/// nothing was written and OutcomeUnknown when that is not certain; in both cases the broker goes
/// on as if the operation had not happened, and memory is never ahead of the disk. What it takes to
/// keep a journal is in journal.hpp: it is two files, itself and its write-ahead log `-wal`, and
/// moving one of them alone loses messages; on a full disk messages can still be settled, but not
/// added.
///
/// What an operation costs does not grow with what waits in the queues, leased or delayed or
/// visible, but for a logarithm; `messages`, `visible_count` and `redrive` look at every message.
///
/// With a journal, sends, publishes, receives and acknowledgements that wait at the same time share
/// a commit (sqlite/group_commit.hpp). Their tasks then suspend, and go on where the Resumer of the
/// thread says; without a journal no task suspends.
///
/// Thread-safety: any thread may call any function; one mutex serialises the calls. The clock is
/// read under it.
///
/// What only the explorer needs of a broker stands in explorable_broker.hpp.
class InProcessBroker : public Broker {
 public:
  /// How a broker is built.
  struct Options {
    std::filesystem::path journal_path = {};  ///< empty: no journal
    /// The journal with its write-ahead log and its reserve refuses to grow beyond it; 0: no limit.
    std::uint64_t journal_bytes_max = 0;
  };

  /// One message of a queue, as `messages` shows it.
  struct MessageView {
    std::shared_ptr<const Message> message;  ///< as it was sent
    std::uint32_t delivery_count = 0;        ///< how often it was delivered
    bool leased = false;                     ///< a receiver has it
    std::optional<Timestamp> due;  ///< end of the lease or of the delay; nothing when it is visible
  };

  /// A broker in memory. `clock` must outlive it.
  explicit InProcessBroker(const Clock& clock);
  /// Opens the journal of the options, if any. Throws Unavailable when the journal is in use by
  /// another broker or cannot be opened, InvalidRequest when the file is no journal, Damaged when
  /// it is one that no broker has written so.
  InProcessBroker(const Clock& clock, Options options);
  ~InProcessBroker() override;

  /// Creates a queue and its dead-letter queue. Idempotent with equal options; with other options
  /// InvalidRequest, except for a queue from the journal that is declared for the first time since
  /// the journal was opened: it takes the new options.
  void declare_queue(const std::string& name, QueueOptions options = {});

  /// Delivers what is published to `topic` into `queue` as well. Idempotent.
  void subscribe(const std::string& topic, const std::string& queue);

  Task<void> send(std::string queue, Message message,
                  std::chrono::milliseconds delay = std::chrono::milliseconds{0}) override;
  Task<void> publish(std::string topic, Message message) override;
  Task<std::optional<Delivery>> receive(std::string queue) override;
  Task<void> acknowledge(LeaseTag tag) override;
  Task<void> abandon(LeaseTag tag, std::string reason = {}) override;
  Task<void> renew(LeaseTag tag) override;
  Task<std::size_t> redrive(std::string queue) override;

  /// The messages of a queue in order, for those who look without receiving.
  std::vector<MessageView> messages(const std::string& queue) const;
  /// How many messages could be received now.
  std::size_t visible_count(const std::string& queue) const;

 private:
  // One friend, and nothing protected: no other class that derives from this one reaches in.
  friend class ExplorableBroker;

  struct QueueInfo {
    std::string name;
    QueueOptions options;
    bool from_journal = false;  // it is from the journal, and not declared by this process yet
  };
  struct Place {  // the position of an entry
    std::uint32_t queue;
    std::size_t slot;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Due {  // when an entry becomes visible, or did: it may have been settled or renewed since
    Timestamp at;
    std::uint32_t queue;
    std::uint64_t sequence;
  };
  struct Move {  // an entry that goes to the end of another queue
    Place from;
    std::uint32_t to;
    std::shared_ptr<const QueuedMessage> message;
  };

  struct Leased {  // a message that was received
    std::shared_ptr<const QueuedMessage> message;
    LeaseTagParts tag;
  };
  struct DeliveryOf {  // is made a Delivery where that shall lie, which spares its moves
    std::string& queue;
    Leased& leased;
    explicit(false) operator Delivery() const;
  };

  // Of a broker with a journal: in_process_operations.cpp.
  struct Operation;
  class OperationGroup;

  std::uint32_t queue_number(const std::string& name) const;
  Place leased(const LeaseTagParts& tag) const;
  Place leased(const LeaseTag& tag) const;
  bool exhausted(std::uint32_t queue, const QueueEntry& entry) const noexcept;
  Timestamp sweep() const;
  Timestamp sweep_if_due() const;
  Timestamp lease_end(std::uint32_t queue) const;
  std::vector<Place> scan_due(Timestamp now, Timestamp& next) const;
  std::vector<Place> take_due(Timestamp now, Timestamp& next) const;
  void index_dues() const;
  void give_back(Place place, std::shared_ptr<const std::string> failure);
  void dead_letter_exhausted(std::uint32_t queue);
  Move dead_letter_move(Place place, const std::string* failure) const;
  void apply(std::vector<Move>& moves) const;
  void add_queue(const std::string& name, QueueOptions options, bool from_journal);
  void load_journal();
  void wait_until(const Due& due) const;
  std::optional<Leased> receive_now(const std::string& queue, std::size_t index);
  void send_now(const std::string& queue, std::shared_ptr<const QueuedMessage> message,
                std::chrono::milliseconds delay);
  void publish_now(const std::string& topic, std::shared_ptr<const QueuedMessage> message);
  void acknowledge_now(const LeaseTagParts& tag);
  void abandon_now(const LeaseTag& tag, std::string reason);
  void renew_now(const LeaseTag& tag);
  std::size_t redrive_now(const std::string& queue);

  static void check_delay(const std::string& queue, std::chrono::milliseconds delay);
  [[noreturn]] static void throw_lease_lost(const LeaseTag& tag);
  void carry_out_alone(Operation& operation);
  std::unique_ptr<detail::GroupCommit> make_group_commit();
  Task<void> send_in_memory(std::string queue, std::shared_ptr<const QueuedMessage> message,
                            std::chrono::milliseconds delay);
  Task<void> publish_in_memory(std::string topic, std::shared_ptr<const QueuedMessage> message);
  Task<std::optional<Delivery>> receive_in_memory(std::string queue);
  Task<void> acknowledge_in_memory(LeaseTagParts tag);
  Task<void> send_together(std::string queue, std::shared_ptr<const QueuedMessage> message,
                           std::chrono::milliseconds delay);
  Task<void> publish_together(std::string topic, std::shared_ptr<const QueuedMessage> message);
  Task<std::optional<Delivery>> receive_together(std::string queue);
  Task<void> acknowledge_together(LeaseTagParts tag);
  static Task<void> lose_lease(LeaseTag tag);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<QueueInfo> infos_;  // by queue number
  std::unordered_map<std::string, std::uint32_t> numbers_;
  mutable std::uint32_t last_number_ = 0;  // that queue_number returned
  std::unordered_map<std::string, std::vector<std::uint32_t>> topics_;
  // Mutable, because leases expire with time alone: functions that only read apply this first.
  mutable BrokerState state_;
  // All that wait, the first due on top: a heap. Nothing while so few wait that they are scanned.
  mutable std::optional<std::vector<Due>> dues_;
  mutable std::size_t dues_max_ = 0;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<detail::GroupCommit> group_commit_;  // with a journal only; ends before it
};

}  // namespace workshop
